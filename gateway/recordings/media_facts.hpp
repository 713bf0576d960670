#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "policy/result.hpp"
#include "policy/terms.hpp"
#include "transcode/wav/format.hpp"

namespace gateway::recordings {

/// What is known of a recording's audio: the catalogue's `media` column, numbers and codes only.
struct MediaFacts {
    transcode::wav::Format format;           ///< data_bytes is set.
    std::uint64_t size_in_bytes = 0;         ///< Of the body as pushed.
    std::vector<policy::ChannelRole> roles;  ///< Of channel 0, 1, ... as declared; empty: not declared.
};

std::string to_json(const MediaFacts& facts);
/// kInternal: not what to_json() wrote.
policy::Result<MediaFacts> media_facts_from(std::string_view json);

}  // namespace gateway::recordings
