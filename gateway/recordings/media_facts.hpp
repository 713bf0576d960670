#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/result.hpp"
#include "policy/terms.hpp"
#include "transcode/messages/facts.hpp"
#include "transcode/messages/words.hpp"
#include "transcode/wav/format.hpp"

namespace gateway::recordings {

/// The shape of raw samples, which nothing in the file tells.
struct RawShape {
    unsigned channels = 0;      ///< 1..8
    std::uint32_t rate_hz = 0;  ///< 4000..192000
};

/// What is known of a recording's audio: the catalogue's `media` column, numbers and codes only.
struct MediaFacts {
    transcode::messages::Input input = transcode::messages::Input::kWav;
    /// Set: a WAV that plays as it is; data_bytes is set. None: it takes a media worker.
    std::optional<transcode::wav::Format> format;
    std::optional<RawShape> raw;             ///< For kRawL16.
    std::uint64_t size_in_bytes = 0;         ///< Of the body as pushed.
    std::vector<policy::ChannelRole> roles;  ///< Of channel 0, 1, ... as declared; empty: not declared.
    /// Once it is prepared: as measured.
    std::optional<transcode::messages::Facts> sound;
    std::uint64_t playback_in_bytes = 0;  ///< Of the playback rendition; 0: there is none.
    std::uint64_t index_in_bytes = 0;     ///< Of it: what comes before its sound.

    /// None: not known before it is prepared.
    std::optional<std::uint64_t> duration_ms() const;
};

/// At most 1024 characters.
std::string to_json(const MediaFacts& facts);
/// kInternal: not what to_json() wrote.
policy::Result<MediaFacts> media_facts_from(std::string_view json);

}  // namespace gateway::recordings
