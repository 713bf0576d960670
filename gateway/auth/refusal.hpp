#pragma once

#include <string_view>

#include "policy/result.hpp"

namespace gateway::auth {

/// Why nobody was recognised: `code` is stable (metric label, `code` of the problem), `sentence` tells the caller what
/// to do and gives away nothing that the caller did not send.
struct Refusal {
    std::string_view code;
    std::string_view sentence;
};

namespace refusals {
inline constexpr Refusal kNoCredentials{
    "no-credentials",
    "Sign in, or present a client certificate, or a certificate-bound access token in the Authorization header."};
inline constexpr Refusal kCertificateUnusable{
    "certificate-unusable",
    "This client certificate is expired, not yet valid, or not meant for client authentication."};
inline constexpr Refusal kCertificateUnknown{
    "certificate-unknown", "This client certificate is not registered here; ask the operator to add its fingerprint."};
inline constexpr Refusal kLocalUserUnknown{
    "local-user-unknown", "Your user account has no role here; ask the operator to add a [[local_user]] entry for it."};
inline constexpr Refusal kAuthorizationMalformed{"authorization-malformed",
                                                 "Send exactly one Authorization header of the form: Bearer <token>."};
inline constexpr Refusal kTokenTooLong{"token-too-long", "An access token may have at most 16 KiB."};
inline constexpr Refusal kTokenMalformed{
    "token-malformed", "The access token is not a JWS in compact form with strict base64url and JSON parts."};
inline constexpr Refusal kTokenHeader{"token-header",
                                      "The token's header needs alg and kid, and may have no crit and no b64."};
inline constexpr Refusal kTokenAlgorithm{
    "token-algorithm",
    "The token's alg is not the one that its key is registered for; ES256, RS256, PS256 and EdDSA exist."};
inline constexpr Refusal kTokenIssuer{"token-issuer", "The token's issuer is not one that this service trusts."};
inline constexpr Refusal kTokenKey{"token-key", "The token's kid is not in the key set of its issuer."};
inline constexpr Refusal kTokenSignature{"token-signature", "The token's signature does not verify."};
inline constexpr Refusal kTokenType{"token-type", "The token's typ is not that of an access token; send no ID token."};
inline constexpr Refusal kTokenAudience{"token-audience", "The token was issued for another audience."};
inline constexpr Refusal kTokenExpired{"token-expired", "The token has expired; get a new one."};
inline constexpr Refusal kTokenNotYetValid{"token-not-yet-valid", "The token is not valid yet; check the clocks."};
inline constexpr Refusal kTokenLifetime{"token-lifetime", "The token is valid for longer than this service accepts."};
inline constexpr Refusal kTokenClaims{"token-claims",
                                      "A claim of the token that this service needs is missing or malformed."};
inline constexpr Refusal kTokenUnbound{
    "token-unbound",
    "The token is not bound to a client certificate (RFC 8705, cnf.x5t#S256); bearer tokens are not accepted."};
inline constexpr Refusal kTokenBinding{
    "token-binding", "The token is bound to another client certificate than the one of this connection."};
inline constexpr Refusal kTokenNonce{"token-nonce", "The ID token belongs to another sign-in; begin again."};
inline constexpr Refusal kTokenParty{"token-party", "The ID token was issued to another client."};
inline constexpr Refusal kTokenEvent{"token-event",
                                     "This is no logout token (OpenID Connect Back-Channel Logout 1.0)."};
inline constexpr Refusal kSessionOver{"session-over", "This session has ended, or is not known: sign in again."};
inline constexpr Refusal kSessionRevoked{"session-revoked",
                                         "This session was ended: sign in again, or get a token of a new login."};
inline constexpr Refusal kForeignOrigin{
    "foreign-origin", "This request comes from a page of another site; use the pages of this service."};
inline constexpr Refusal kKeySetUnavailable{"key-set-unavailable",
                                            "The issuer's keys are not available at the moment; try again later."};
inline constexpr Refusal kPseudonymUnavailable{"pseudonym-unavailable",
                                               "The key vault does not answer at the moment; try again later."};
inline constexpr Refusal kSessionsUnavailable{"sessions-unavailable",
                                              "The database does not answer at the moment; try again later."};
}  // namespace refusals

/// The refusal as an error: kUnauthenticated (kDenied for kForeignOrigin, kUnavailable for the last three), `what` is
/// the refusal's code.
policy::Error refuse(const Refusal& refusal);

/// The refusal that an error of refuse() came from; nullptr when the error is none of these.
const Refusal* refusal_of(const policy::Error& error);

}  // namespace gateway::auth
