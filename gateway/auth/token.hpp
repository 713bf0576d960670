#pragma once

#include <boost/json/object.hpp>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/auth/jwk_set.hpp"
#include "gateway/http/peer.hpp"
#include "policy/result.hpp"
#include "policy/time.hpp"
#include "storage/crypto/bytes.hpp"

namespace gateway::auth {

inline constexpr std::size_t kMaxTokenBytes = std::size_t{16} * 1024;

/// A token taken apart, and nothing of it believed yet. `input` and `claims` own their bytes.
struct ParsedToken {
    std::string algorithm;  ///< As the header names it.
    std::string key_id;
    std::string type;    ///< Lowercase, without "application/"; empty: the header has none.
    std::string issuer;  ///< `iss`, unverified: only for choosing the key set to verify with.
    std::string input;   ///< What the signature is over: header "." payload, as sent.
    storage::crypto::Bytes signature;
    boost::json::object claims;
};

/// Takes a JWS in compact form apart. Refused: more than kMaxTokenBytes, other than three parts, padding, whitespace or
/// base64url that is not canonical, JSON with duplicate keys, a header without alg or kid, `crit`, `b64`, no
/// `iss`. `jku`, `jwk`, `x5u` and `x5c` are ignored: keys come from the configuration only. Errors: refusals
/// (refusal.hpp). Thread safety: a pure function.
policy::Result<ParsedToken> parse_token(std::string_view token);

/// What one issuer's tokens must be like.
struct TokenRules {
    std::string issuer;                            ///< Compared byte for byte with `iss`.
    std::string audience;                          ///< Must be `aud`, or one of its array.
    std::vector<std::string> types{"at+jwt"};      ///< RFC 9068; lowercase. "" is a token without typ.
    std::chrono::seconds skew{30};                 ///< Tolerated difference of the clocks: 0 to 60 s.
    std::chrono::seconds max_lifetime{24 * 3600};  ///< How far ahead of now, and of `iat`, `exp` may lie.
};

/// The largest max_lifetime and skew that a site can set: what was issued before now is over after both.
inline constexpr std::chrono::seconds kLongestLifetime{24 * 3600};
inline constexpr std::chrono::seconds kLargestSkew{60};

/// A token that its issuer signed, for this service, valid now.
struct VerifiedToken {
    boost::json::object claims;
    policy::Instant expires{};
    std::optional<http::Sha256> bound_to;  ///< `cnf.x5t#S256`; nothing when the token carries no binding.
};

/// Verifies the signature with the issuer's key set first, then typ, iss, aud, exp, nbf and iat.
/// Errors: refusals (refusal.hpp); the first one found, in that order. Thread safety: a pure function.
policy::Result<VerifiedToken> verify_token(ParsedToken token, const JwkSet& keys, const TokenRules& rules,
                                           policy::Instant now);

}  // namespace gateway::auth
