#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/auth/browser_session.hpp"
#include "policy/result.hpp"
#include "policy/time.hpp"

namespace gateway::auth {

/// How long a person may take at their provider.
inline constexpr std::chrono::minutes kLoginPatience{10};

/// What a sign-in was begun for.
struct LoginGoal {
    std::string issuer;                ///< The [[issuer]]'s name in addresses.
    std::string return_path;           ///< Where the person goes on; a path of ours.
    bool step_up = false;              ///< They are signed in and must prove it anew, with a second factor.
    std::optional<CookieHash> before;  ///< The session that the browser had.
    policy::Instant begun_at{};        ///< In whole seconds.

    friend bool operator==(const LoginGoal&, const LoginGoal&) = default;
};

/// One sign-in between its two visits here. Everything lies in a cookie of the browser that began it, so that any
/// gateway can end it and none keeps anything: a random key and the goal. State, nonce and PKCE verifier are MACs of
/// the goal under that key. So the answer of the provider counts only in that browser (state), its ID token only for
/// that sign-in (nonce), its code only with that cookie (verifier), and the goal only as it was.
struct LoginAttempt {
    LoginGoal goal;
    std::string cookie_name;  ///< One each, so that many tabs may sign in at once.
    std::string cookie_value;
    std::string state;
    std::string nonce;
    std::string verifier;   ///< RFC 7636: 43 characters.
    std::string challenge;  ///< Of `verifier`, S256.
};

LoginAttempt begin_login(LoginGoal goal);

/// The name of the cookie of a sign-in with that state. Total: any text has one.
std::string login_cookie_name(std::string_view state);

/// The sign-in that `cookie_value` holds, if it began less than kLoginPatience before now and `state` is its own.
std::optional<LoginAttempt> resume_login(std::string_view cookie_value, std::string_view state, policy::Instant now);

/// Value of Set-Cookie for it. SameSite=Lax: it must come along when the provider sends the browser back.
std::string set_login_cookie(const LoginAttempt& attempt);

/// `path` if it is one of ours: a slash, then neither slash nor backslash, printable ASCII, 512 bytes at most; else
/// "/". Anything else could lead to another site.
std::string safe_return_path(std::string_view path);

}  // namespace gateway::auth
