#pragma once

#include <string>
#include <string_view>

#include "gateway/auth/token.hpp"
#include "policy/result.hpp"

namespace gateway::auth {

/// What the ID tokens of an issuer must be like for the client that we are there: `access` is how its access tokens
/// must be. An access token is never taken for one.
TokenRules id_token_rules(const TokenRules& access, const std::string& client_id);

/// What is asked of an ID token beyond its signature, issuer, audience and times (OpenID Connect Core 1.0, 3.1.3.7):
/// the nonce of this sign-in, and a client of ours for `azp`. Errors: kTokenNonce, kTokenParty. A pure function.
policy::Result<void> check_id_token(const VerifiedToken& token, std::string_view client_id, std::string_view nonce);

}  // namespace gateway::auth
