#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/http/request.hpp"
#include "gateway/http/response.hpp"

namespace gateway::recordings {

/// A whole number in [least, most] from the query; `otherwise` when the parameter is absent. Nothing: not such a
/// number.
std::optional<std::int64_t> whole_query(const http::Request& request, std::string_view name, std::int64_t least,
                                        std::int64_t most, std::int64_t otherwise);

/// "true" or "false" from the query; false when the parameter is absent. Nothing: neither.
std::optional<bool> flag_query(const http::Request& request, std::string_view name);

/// 400 `malformed-request`; `detail` says what to do.
http::Response malformed(const http::Request& request, std::string detail);

}  // namespace gateway::recordings
