#pragma once

#include <string>
#include <string_view>

namespace gateway::observe {

/// Appends `text` as a JSON string with its quotes. Control characters, quotes and backslashes are escaped; what is not
/// well-formed UTF-8 becomes U+FFFD, so that the result always is.
void append_json_string(std::string& out, std::string_view text);

}  // namespace gateway::observe
