#pragma once

#include <string>

#include "gateway/http/response.hpp"
#include "policy/ids.hpp"
#include "policy/time.hpp"

namespace gateway::http {

/// False when a header carries CR, LF or NUL: such a response must not be sent.
bool is_sound(const Response& response);

/// Status line and header fields of a sound response, with those that the server adds (see Response), empty line
/// included. `keep`: the connection goes on after it.
std::string head_of(const Response& response, const policy::RequestId& id, policy::Instant now, bool keep);

}  // namespace gateway::http
