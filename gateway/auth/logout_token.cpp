#include "gateway/auth/logout_token.hpp"

#include <boost/json/value.hpp>
#include <chrono>
#include <string_view>

#include "gateway/auth/id_token.hpp"
#include "gateway/auth/refusal.hpp"

namespace gateway::auth {

namespace {

constexpr std::string_view kEvent = "http://schemas.openid.net/event/backchannel-logout";

/// Nothing: there is none. A claim that is there and is no text is an error.
policy::Result<std::optional<std::string>> text_claim(const boost::json::object& claims, std::string_view name) {
    const auto* claim = claims.if_contains(name);
    if (claim == nullptr) return std::optional<std::string>();
    if (!claim->is_string() || claim->get_string().empty()) return refuse(refusals::kTokenClaims);
    return std::optional(std::string(claim->get_string()));
}

}  // namespace

TokenRules logout_token_rules(const TokenRules& access, const std::string& client_id) {
    TokenRules out = id_token_rules(access, client_id);
    out.types.emplace_back("logout+jwt");
    return out;
}

policy::Result<LoggedOut> read_logout_token(const VerifiedToken& token) {
    const auto* events = token.claims.if_contains("events");
    const auto* event = events == nullptr || !events->is_object() ? nullptr : events->get_object().if_contains(kEvent);
    if (event == nullptr || !event->is_object() || token.claims.contains("nonce")) return refuse(refusals::kTokenEvent);
    const auto* issued = token.claims.if_contains("iat");
    const auto session = text_claim(token.claims, "sid");
    const auto subject = text_claim(token.claims, "sub");
    if (issued == nullptr || !issued->is_int64() || !session || !subject || (!*session && !*subject))
        return refuse(refusals::kTokenClaims);
    return LoggedOut{*session, *subject, policy::Instant(std::chrono::seconds(issued->get_int64()))};
}

}  // namespace gateway::auth
