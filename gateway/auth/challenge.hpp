#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "gateway/http/response.hpp"
#include "policy/ids.hpp"
#include "policy/result.hpp"

namespace gateway::auth {

/// The answer to a request whose sender was not recognised: 401 (503 when our side does not answer) with the refusal's
/// sentence, and the challenge of RFC 6750.
http::Response unauthenticated_response(const policy::RequestId& id, const policy::Error& error);

/// What a fresh second factor means for one act.
struct StepUp {
    std::vector<std::string> acr_values;  ///< What to ask the issuer for; empty when its configuration names none.
    std::chrono::seconds max_age{};
};

/// RFC 9470: 401 insufficient_user_authentication. The client signs the person in again with these acr_values and
/// max_age at the same issuer, and repeats the request with the new token.
http::Response step_up_response(const policy::RequestId& id, const StepUp& step_up);

}  // namespace gateway::auth
