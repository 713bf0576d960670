#pragma once

#include <string_view>

namespace gateway::http {

/// The methods that a route can have. Anything else that is a token is kOther: routed nowhere, answered 405 or 404.
enum class Method { kGet, kHead, kPost, kPut, kPatch, kDelete, kOptions, kOther };

/// "GET" and so on; "OTHER" for kOther (a client's own word never reaches a log or a metric).
std::string_view name_of(Method method);

/// Methods are case-sensitive (RFC 9110, 9.1): "get" is kOther.
Method parse_method(std::string_view text);

}  // namespace gateway::http
