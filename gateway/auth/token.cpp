#include "gateway/auth/token.hpp"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <cctype>
#include <cmath>
#include <cstdint>
#include <utility>
#include <variant>

#include "gateway/auth/refusal.hpp"
#include "gateway/json/strict_json.hpp"
#include "storage/crypto/encoding.hpp"

namespace gateway::auth {

namespace {

namespace json = boost::json;
using Seconds = std::chrono::sys_seconds;

constexpr double kLastNumericDate = 253402300799.0;  // the end of the year 9999

std::optional<std::string> text_of(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    if (value == nullptr || !value->is_string()) return std::nullopt;
    return std::string(value->get_string().data(), value->get_string().size());
}

/// The three parts between the dots; empty views when there are more or fewer.
std::array<std::string_view, 3> split(std::string_view token) {
    const std::size_t first = token.find('.');
    if (first == std::string_view::npos) return {};
    const std::size_t second = token.find('.', first + 1);
    if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos) return {};
    return {token.substr(0, first), token.substr(first + 1, second - first - 1), token.substr(second + 1)};
}

std::optional<json::object> decode_object(std::string_view part) {
    const auto bytes = storage::crypto::from_base64url(part);
    if (!bytes) return std::nullopt;
    auto parsed = ::gateway::json::parse_strict_json(storage::crypto::text_of(*bytes));
    auto* value = std::get_if<json::value>(&parsed);
    if (value == nullptr || !value->is_object()) return std::nullopt;
    return std::move(value->get_object());
}

std::string media_type(std::string type) {
    std::transform(type.begin(), type.end(), type.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    constexpr std::string_view kPrefix = "application/";
    if (type.starts_with(kPrefix)) type.erase(0, kPrefix.size());
    return type;
}

/// NumericDate of RFC 7519: seconds since 1970, a fraction is cut. Nothing when it is no number or absurd.
std::optional<Seconds> numeric_date(const json::value& value) {
    double seconds = -1.0;
    if (value.is_int64()) seconds = static_cast<double>(value.get_int64());
    if (value.is_uint64()) seconds = static_cast<double>(value.get_uint64());
    if (value.is_double()) seconds = std::floor(value.get_double());
    if (!(seconds >= 0.0) || seconds > kLastNumericDate) return std::nullopt;
    return Seconds(std::chrono::seconds(static_cast<std::int64_t>(seconds)));
}

bool names_audience(const json::value* claim, std::string_view audience) {
    if (claim == nullptr) return false;
    const auto same = [audience](const json::value& one) { return one.is_string() && one.get_string() == audience; };
    if (!claim->is_array()) return same(*claim);
    return std::any_of(claim->get_array().begin(), claim->get_array().end(), same);
}

policy::Result<Seconds> check_times(const json::object& claims, const TokenRules& rules, policy::Instant now) {
    const json::value* exp = claims.if_contains("exp");
    const auto expires = exp == nullptr ? std::nullopt : numeric_date(*exp);
    if (!expires) return refuse(refusals::kTokenClaims);
    if (now >= *expires + rules.skew) return refuse(refusals::kTokenExpired);
    if (*expires > now + rules.max_lifetime + rules.skew) return refuse(refusals::kTokenLifetime);
    for (const std::string_view name : {"nbf", "iat"}) {
        const json::value* claim = claims.if_contains(name);
        if (claim == nullptr) continue;
        const auto begins = numeric_date(*claim);
        if (!begins) return refuse(refusals::kTokenClaims);
        if (*begins > now + rules.skew) return refuse(refusals::kTokenNotYetValid);
        // A long one does not become good by waiting for its end.
        if (name == "iat" && *expires > *begins + rules.max_lifetime + rules.skew)
            return refuse(refusals::kTokenLifetime);
    }
    return *expires;
}

/// A `cnf` that is there and not understood refuses the token: it was bound to something.
policy::Result<std::optional<http::Sha256>> binding_of(const json::object& claims) {
    const json::value* confirmation = claims.if_contains("cnf");
    if (confirmation == nullptr) return std::optional<http::Sha256>{};
    if (!confirmation->is_object()) return refuse(refusals::kTokenClaims);
    const auto text = text_of(confirmation->get_object(), "x5t#S256");
    if (!text) return refuse(refusals::kTokenClaims);
    const auto bytes = storage::crypto::from_base64url(*text);
    http::Sha256 thumbprint{};
    if (!bytes || bytes->size() != thumbprint.size()) return refuse(refusals::kTokenClaims);
    std::transform(bytes->begin(), bytes->end(), thumbprint.begin(),
                   [](std::byte one) { return std::to_integer<std::uint8_t>(one); });
    return std::optional<http::Sha256>(thumbprint);
}

}  // namespace

policy::Result<ParsedToken> parse_token(std::string_view token) {
    if (token.size() > kMaxTokenBytes) return refuse(refusals::kTokenTooLong);
    const auto [head, body, seal] = split(token);
    if (head.empty() || body.empty() || seal.empty()) return refuse(refusals::kTokenMalformed);
    const auto header = decode_object(head);
    auto claims = decode_object(body);
    const auto signature = storage::crypto::from_base64url(seal);
    if (!header || !claims || !signature) return refuse(refusals::kTokenMalformed);

    const auto algorithm = text_of(*header, "alg");
    const auto key_id = text_of(*header, "kid");
    const auto type = text_of(*header, "typ");
    const bool bad_type = header->contains("typ") && !type;
    if (!algorithm || !key_id || bad_type || header->contains("crit") || header->contains("b64")) {
        return refuse(refusals::kTokenHeader);
    }
    const auto issuer = text_of(*claims, "iss");
    if (!issuer) return refuse(refusals::kTokenIssuer);
    return ParsedToken{.algorithm = *algorithm,
                       .key_id = *key_id,
                       .type = media_type(type.value_or("")),
                       .issuer = *issuer,
                       .input = std::string(token.substr(0, head.size() + 1 + body.size())),
                       .signature = *signature,
                       .claims = std::move(*claims)};
}

policy::Result<VerifiedToken> verify_token(ParsedToken token, const JwkSet& keys, const TokenRules& rules,
                                           policy::Instant now) {
    const VerificationKey* key = keys.find(token.key_id);
    if (key == nullptr) return refuse(refusals::kTokenKey);
    if (token.algorithm != name_of(key->algorithm())) return refuse(refusals::kTokenAlgorithm);
    if (!key->verify(token.input, token.signature)) return refuse(refusals::kTokenSignature);
    if (std::find(rules.types.begin(), rules.types.end(), token.type) == rules.types.end()) {
        return refuse(refusals::kTokenType);
    }
    if (token.issuer != rules.issuer) return refuse(refusals::kTokenIssuer);
    if (!names_audience(token.claims.if_contains("aud"), rules.audience)) return refuse(refusals::kTokenAudience);
    const auto expires = check_times(token.claims, rules, now);
    if (!expires) return expires.error();
    const auto binding = binding_of(token.claims);
    if (!binding) return binding.error();
    return VerifiedToken{.claims = std::move(token.claims), .expires = *expires, .bound_to = *binding};
}

}  // namespace gateway::auth
