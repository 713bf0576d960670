#pragma once

#include <optional>
#include <string>

#include "gateway/auth/token.hpp"
#include "policy/result.hpp"

namespace gateway::auth {

/// Whose login is over; at least one of both.
struct LoggedOut {
    std::optional<std::string> session;  ///< The login (`sid`).
    std::optional<std::string> subject;  ///< All logins of that person, when there is no `session`.
    policy::Instant issued_at{};
};

/// What the logout tokens of an issuer must be like for the client that we are there.
TokenRules logout_token_rules(const TokenRules& access, const std::string& client_id);

/// Reads a verified logout token (OpenID Connect Back-Channel Logout 1.0, 2.6): the event, `iat`, no `nonce`, and `sid`
/// or `sub`. A repeated one does no harm: it ends what began before it was issued. Errors: kTokenEvent, kTokenClaims.
policy::Result<LoggedOut> read_logout_token(const VerifiedToken& token);

}  // namespace gateway::auth
