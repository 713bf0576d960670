#include "gateway/auth/claim_mapping.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <string_view>

#include "gateway/auth/refusal.hpp"

namespace gateway::auth {

namespace {

namespace json = boost::json;

constexpr std::size_t kMaxListMembers = 256;
constexpr std::size_t kMaxTextBytes = 256;

/// A reference token of RFC 6901: "~1" is "/" and "~0" is "~".
std::string unescaped(std::string_view token) {
    std::string out;
    for (std::size_t i = 0; i < token.size(); ++i) {
        const bool escape = token[i] == '~' && i + 1 < token.size() && (token[i + 1] == '0' || token[i + 1] == '1');
        out += escape ? (token[++i] == '1' ? '/' : '~') : token[i];
    }
    return out;
}

/// The claim of that name, or at that pointer; nullptr when the token has none.
const json::value* find_claim(const json::object& claims, std::string_view name) {
    if (name.empty()) return nullptr;
    if (name.front() != '/') return claims.if_contains(name);
    const std::size_t end = name.find('/', 1);
    const json::value* top =
        claims.if_contains(unescaped(name.substr(1, end == std::string_view::npos ? end : end - 1)));
    if (top == nullptr || end == std::string_view::npos) return top;
    json::error_code error;
    return top->find_pointer(name.substr(end), error);
}

bool is_plain(std::string_view text) {
    return !text.empty() && text.size() <= kMaxTextBytes &&
           std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

bool is_plain_text(const json::value& value) {
    return value.is_string() && is_plain(value.get_string());
}

std::string text_of(const json::value& value) {
    return {value.get_string().data(), value.get_string().size()};
}

policy::Result<std::optional<std::string>> text_claim(const json::object& claims, std::string_view name) {
    const json::value* claim = find_claim(claims, name);
    if (claim == nullptr || claim->is_null()) return std::optional<std::string>{};
    if (!is_plain_text(*claim)) return refuse(refusals::kTokenClaims);
    return std::optional<std::string>(text_of(*claim));
}

std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        if (end > 0) words.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return words;
}

policy::Result<std::vector<std::string>> list_claim(const json::object& claims, std::string_view name) {
    const json::value* claim = find_claim(claims, name);
    if (claim == nullptr || claim->is_null()) return std::vector<std::string>{};
    if (claim->is_string()) {
        auto words = words_of(claim->get_string());
        const bool good = std::all_of(words.begin(), words.end(), [](const std::string& one) { return is_plain(one); });
        if (!good || words.size() > kMaxListMembers) return refuse(refusals::kTokenClaims);
        return words;
    }
    if (!claim->is_array() || claim->get_array().size() > kMaxListMembers) return refuse(refusals::kTokenClaims);
    std::vector<std::string> members;
    for (const json::value& one : claim->get_array()) {
        if (!is_plain_text(one)) return refuse(refusals::kTokenClaims);
        members.push_back(text_of(one));
    }
    return members;
}

std::vector<policy::Role> roles_from(const std::vector<std::string>& names, const ClaimMapping& mapping) {
    std::vector<policy::Role> roles;
    for (const std::string& name : names) {
        const auto ours = mapping.role_names.find(name);
        if (ours == mapping.role_names.end()) continue;
        if (std::find(roles.begin(), roles.end(), ours->second) == roles.end()) roles.push_back(ours->second);
    }
    return roles;
}

bool any_of_them(const std::vector<std::string>& said, const std::vector<std::string>& accepted) {
    return std::any_of(said.begin(), said.end(), [&](const std::string& one) {
        return std::find(accepted.begin(), accepted.end(), one) != accepted.end();
    });
}

/// 0, text, or a time to come: some issuers send these, and none of them says when somebody logged in.
std::optional<policy::Instant> auth_time_of(const json::object& claims, policy::Instant now,
                                            std::chrono::seconds skew) {
    const json::value* claim = claims.if_contains("auth_time");
    if (claim == nullptr || !claim->is_int64()) return std::nullopt;
    const std::int64_t seconds = claim->get_int64();
    const auto latest = std::chrono::duration_cast<std::chrono::seconds>((now + skew).time_since_epoch()).count();
    if (seconds <= 0 || seconds > latest) return std::nullopt;
    return policy::Instant(std::chrono::seconds(seconds));
}

}  // namespace

policy::Result<Identity> map_claims(const json::object& claims, const ClaimMapping& mapping, policy::Instant now,
                                    std::chrono::seconds skew) {
    const auto subject = text_claim(claims, mapping.subject);
    const auto roles = list_claim(claims, mapping.roles);
    const auto teams = list_claim(claims, mapping.teams);
    const auto sender = text_claim(claims, mapping.sender);
    const auto session = text_claim(claims, mapping.session);
    const auto acr = text_claim(claims, "acr");
    const auto amr = list_claim(claims, "amr");
    if (!subject || !*subject || !roles || !teams || !sender || !session || !acr || !amr) {
        return refuse(refusals::kTokenClaims);
    }
    Identity identity;
    identity.subject = **subject;
    identity.roles = roles_from(*roles, mapping);
    identity.teams = *teams;
    identity.sender = *sender;
    identity.session = *session;
    identity.mfa.reached = (*acr && any_of_them({**acr}, mapping.acr)) || any_of_them(*amr, mapping.amr);
    identity.mfa.auth_time = auth_time_of(claims, now, skew);
    return identity;
}

}  // namespace gateway::auth
