#include "gateway/auth/login_attempt.hpp"

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <cstdint>
#include <variant>

#include "gateway/json/strict_json.hpp"
#include "storage/crypto/encoding.hpp"
#include "storage/crypto/hmac.hpp"
#include "storage/crypto/secret.hpp"
#include "storage/crypto/sha256.hpp"

namespace gateway::auth {

namespace {

namespace crypto = storage::crypto;
using std::chrono::seconds;

constexpr std::size_t kMaxCookieBytes = 2048;
constexpr std::size_t kMaxPathBytes = 512;

std::int64_t seconds_of(policy::Instant at) {
    return std::chrono::floor<seconds>(at.time_since_epoch()).count();
}

std::string text_of(const LoginGoal& goal) {
    boost::json::object out{{"issuer", goal.issuer},
                            {"return", goal.return_path},
                            {"step_up", goal.step_up},
                            {"before", goal.before ? crypto::to_hex(*goal.before) : ""},
                            {"begun", seconds_of(goal.begun_at)}};
    return boost::json::serialize(out);
}

std::optional<LoginGoal> goal_in(std::string_view text) {
    const auto parsed = json::parse_strict_json(text);
    const auto* value = std::get_if<boost::json::value>(&parsed);
    const auto* object = value == nullptr ? nullptr : value->if_object();
    if (object == nullptr) return std::nullopt;
    const auto* issuer = object->if_contains("issuer");
    const auto* path = object->if_contains("return");
    const auto* step_up = object->if_contains("step_up");
    const auto* before = object->if_contains("before");
    const auto* begun = object->if_contains("begun");
    if (issuer == nullptr || path == nullptr || step_up == nullptr || before == nullptr || begun == nullptr ||
        !issuer->is_string() || !path->is_string() || !step_up->is_bool() || !before->is_string() || !begun->is_int64())
        return std::nullopt;
    LoginGoal out;
    out.issuer = std::string(issuer->get_string());
    out.return_path = safe_return_path(std::string_view(path->get_string()));
    out.step_up = step_up->get_bool();
    out.begun_at = policy::Instant(seconds(begun->get_int64()));
    if (const auto bytes = crypto::from_hex(std::string_view(before->get_string())); bytes && bytes->size() == 32) {
        out.before.emplace();
        std::ranges::copy(*bytes, out.before->begin());
    }
    return out;
}

/// Key and goal must be what they were, so that the MACs are: the goal is kept as the text that was signed.
LoginAttempt attempt_of(const crypto::Key256& key, std::string_view goal_text, LoginGoal goal) {
    const auto mac = [&](std::string_view label) {
        std::string text(label);
        text += '\0';
        text += goal_text;
        return crypto::to_base64url(crypto::hmac_sha256(key, crypto::bytes_of(text)));
    };
    LoginAttempt out;
    out.goal = std::move(goal);
    out.cookie_value = crypto::to_base64url(key.reveal(crypto::InsecureSecretAccess())) + "." +
                       crypto::to_base64url(crypto::bytes_of(goal_text));
    out.state = mac("state");
    out.nonce = mac("nonce");
    out.verifier = mac("verifier");
    out.challenge = crypto::to_base64url(crypto::sha256(crypto::bytes_of(out.verifier)));
    out.cookie_name = login_cookie_name(out.state);
    return out;
}

}  // namespace

LoginAttempt begin_login(LoginGoal goal) {
    goal.begun_at = policy::Instant(seconds(seconds_of(goal.begun_at)));
    const auto text = text_of(goal);
    return attempt_of(crypto::Key256::random(), text, std::move(goal));
}

std::string login_cookie_name(std::string_view state) {
    const auto digest = crypto::sha256(crypto::bytes_of(state));
    return "__Host-callvault-login-" + crypto::to_hex(std::span(digest).first(8));
}

std::optional<LoginAttempt> resume_login(std::string_view cookie_value, std::string_view state, policy::Instant now) {
    if (cookie_value.size() > kMaxCookieBytes) return std::nullopt;
    const auto dot = cookie_value.find('.');
    if (dot == std::string_view::npos) return std::nullopt;
    const auto key_bytes = crypto::from_base64url(cookie_value.substr(0, dot));
    const auto goal_bytes = crypto::from_base64url(cookie_value.substr(dot + 1));
    if (!key_bytes || !goal_bytes) return std::nullopt;
    const auto key = crypto::Key256::copy_of(*key_bytes);
    const auto goal_text = crypto::text_of(*goal_bytes);
    auto goal = goal_in(goal_text);
    if (key.has_error() || !goal) return std::nullopt;
    auto out = attempt_of(*key, goal_text, std::move(*goal));
    if (!crypto::equal_in_constant_time(crypto::bytes_of(out.state), crypto::bytes_of(state))) return std::nullopt;
    if (now < out.goal.begun_at - seconds(60) || now >= out.goal.begun_at + kLoginPatience) return std::nullopt;
    return out;
}

std::string set_login_cookie(const LoginAttempt& attempt) {
    const auto age = std::chrono::duration_cast<seconds>(kLoginPatience).count();
    return attempt.cookie_name + "=" + attempt.cookie_value +
           "; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=" + std::to_string(age);
}

std::string safe_return_path(std::string_view path) {
    const bool ours = !path.empty() && path.size() <= kMaxPathBytes && path[0] == '/' &&
                      (path.size() == 1 || (path[1] != '/' && path[1] != '\\')) &&
                      std::ranges::all_of(path, [](char c) { return c > ' ' && c < 0x7f && c != '\\'; });
    return ours ? std::string(path) : "/";
}

}  // namespace gateway::auth
