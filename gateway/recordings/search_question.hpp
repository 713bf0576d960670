#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/recordings/page_token.hpp"
#include "policy/fault.hpp"
#include "policy/terms.hpp"
#include "policy/time.hpp"

namespace gateway::recordings {

/// The body of a search (deploy/openapi.yaml, schema Search). Numbers and cases in it are personal: never logged.
struct SearchQuestion {
    policy::AccessPurpose purpose = policy::AccessPurpose::kQuality;
    std::optional<std::string> case_number;
    policy::Instant from{};
    policy::Instant to{};
    std::optional<std::vector<std::string>> teams;
    std::optional<std::string> agent;
    std::optional<std::string> queue;
    std::optional<std::string> number;
    std::int32_t limit = 50;
    std::optional<PageToken> after;
};

/// Reads the body; nothing when `faults` has any. Every fault at once.
std::optional<SearchQuestion> read_search(std::string_view text, std::vector<policy::Fault>& faults);

/// What the pages of one search have in common, as bytes that no other search has.
std::string identity_of(const SearchQuestion& question);

}  // namespace gateway::recordings
