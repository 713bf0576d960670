#pragma once

#include <string>
#include <string_view>

#include "gateway/observe/clock.hpp"

namespace gateway::cli {

/// A limit of a search as the API takes it. `text`: RFC 3339 with an offset, or a day of the deployment's zone, meant
/// whole: "from" begins at its first moment, "to" ends after its last. `zone`: null when the deployment's zone is not
/// known; then a day ends the command (kUsage), as everything that is neither does.
std::string search_from(std::string_view text, const observe::Clock* zone);
std::string search_to(std::string_view text, const observe::Clock* zone);

}  // namespace gateway::cli
