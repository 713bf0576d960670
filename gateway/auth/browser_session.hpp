#pragma once

#include <array>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/auth/principal.hpp"
#include "gateway/http/request.hpp"
#include "policy/access.hpp"
#include "policy/result.hpp"
#include "policy/time.hpp"

namespace gateway::auth {

/// The cookie of a signed-in browser: 32 random bytes in base64url.
inline constexpr std::string_view kSessionCookie = "__Host-callvault";

/// A session ends after so long without a request, and after so long whatever is done.
inline constexpr std::chrono::minutes kSessionIdle{15};
inline constexpr std::chrono::hours kSessionLife{8};

/// SHA-256 of a session's cookie: all that is kept of it.
using CookieHash = std::array<std::byte, 32>;

/// The session that a cookie stands for.
struct BrowserSession {
    std::array<std::byte, 32> id{};
    std::string issuer;
    policy::Subject subject;
    policy::Instant opened_at{};
    policy::Instant expires_at{};
};

/// The person whose session it is.
Principal principal_of(BrowserSession session);

/// Asks for the session of a cookie; nothing when it is over or was never there.
using SessionLookup =
    std::function<boost::asio::awaitable<policy::Result<std::optional<BrowserSession>>>(CookieHash hash)>;

/// The values of all cookies of that name in the Cookie field (RFC 6265, 4.2), in their order.
std::vector<std::string_view> cookies(const http::Request& request, std::string_view name);

/// The session cookie's hash. Nothing: there is none. A cookie that cannot be one of ours, or several, are all zero,
/// which no session is.
std::optional<CookieHash> session_cookie(const http::Request& request);

/// A fresh cookie, and its hash.
struct NewCookie {
    std::string text;
    CookieHash hash{};
};
NewCookie new_session_cookie();

/// Values of Set-Cookie: `__Host-`, Secure, HttpOnly, for the whole host; the session's is never sent along from
/// another site (SameSite=Strict) and ends with the browser.
std::string set_session_cookie(std::string_view text);
std::string clear_cookie(std::string_view name);

/// Whether a request with a cookie was surely made by a page of `origin` ("https://calls.example") or by the person
/// themselves, as far as the browser says (Fetch Metadata; Origin for whatever changes something).
bool same_origin(const http::Request& request, std::string_view origin);

}  // namespace gateway::auth
