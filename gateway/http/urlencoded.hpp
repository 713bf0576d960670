#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "storage/net/url.hpp"

namespace gateway::http {

/// The text of a query or of a form (`application/x-www-form-urlencoded`): the decoded value of the first parameter of
/// that name; "" for a name without a value; nothing when it is absent or badly escaped. A '+' stays one: nothing that
/// is read here holds spaces.
std::optional<std::string> parameter(std::string_view text, std::string_view name);

using storage::net::percent_encoded;

}  // namespace gateway::http
