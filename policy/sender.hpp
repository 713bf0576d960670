#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "policy/terms.hpp"

namespace policy {

/// What one recorder may claim. Configured by the site; an empty list allows nothing (deny by default).
struct SenderAllowance {
    std::string name;  ///< of the sender in the configuration; recording_ref is unique within it
    std::vector<std::string> teams;
    std::vector<Purpose> purposes;
    std::vector<BasisKind> bases;
    std::optional<std::vector<std::string>>
        profiles;                      ///< ids of Profile ("EU", "NL"...); absent: any, they only tighten
    std::vector<std::string> classes;  ///< retention classes; a push that names no class needs none
    std::uint64_t max_bytes = 0;       ///< longest body, in bytes; enforced while receiving
};

}  // namespace policy
