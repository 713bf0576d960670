#include "gateway/auth/browser_session.hpp"

#include <algorithm>
#include <utility>

#include "gateway/auth/token.hpp"
#include "gateway/http/ascii.hpp"
#include "storage/crypto/encoding.hpp"
#include "storage/crypto/random.hpp"
#include "storage/crypto/sha256.hpp"

namespace gateway::auth {

namespace {

constexpr std::size_t kCookieBytes = 32;
constexpr std::size_t kCookieText = 43;

}  // namespace

Principal principal_of(BrowserSession session) {
    Principal out;
    out.subject = std::move(session.subject);
    out.kind = PrincipalKind::kBrowser;
    out.issuer = std::move(session.issuer);
    out.session = {session.id, session.opened_at, session.expires_at, true, session.expires_at + kLargestSkew};
    return out;
}

std::vector<std::string_view> cookies(const http::Request& request, std::string_view name) {
    std::vector<std::string_view> out;
    for (const auto& field : request.headers()) {
        if (!http::same_text(field.name, "cookie")) continue;
        std::string_view rest = field.value;
        while (!rest.empty()) {
            const auto end = std::min(rest.find(';'), rest.size());
            const auto pair = http::trimmed(rest.substr(0, end));
            const auto equals = pair.find('=');
            if (equals != std::string_view::npos && pair.substr(0, equals) == name)
                out.push_back(pair.substr(equals + 1));
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
    }
    return out;
}

std::optional<CookieHash> session_cookie(const http::Request& request) {
    const auto values = cookies(request, kSessionCookie);
    if (values.empty()) return std::nullopt;
    const bool possible = values.size() == 1 && storage::crypto::from_base64url(values.front()).has_value() &&
                          values.front().size() == kCookieText;
    if (!possible) return CookieHash{};
    return storage::crypto::sha256(storage::crypto::bytes_of(values.front()));
}

NewCookie new_session_cookie() {
    std::array<std::byte, kCookieBytes> random{};
    storage::crypto::fill_random(random);
    NewCookie out;
    out.text = storage::crypto::to_base64url(random);
    out.hash = storage::crypto::sha256(storage::crypto::bytes_of(out.text));
    return out;
}

std::string set_session_cookie(std::string_view text) {
    return std::string(kSessionCookie) + "=" + std::string(text) + "; Path=/; Secure; HttpOnly; SameSite=Strict";
}

std::string clear_cookie(std::string_view name) {
    return std::string(name) + "=; Path=/; Secure; HttpOnly; Max-Age=0";
}

bool same_origin(const http::Request& request, std::string_view origin) {
    const bool safe = request.method() == http::Method::kGet || request.method() == http::Method::kHead;
    const auto from = request.header("origin");
    // A page without referrers sends "null" with its forms: then Fetch Metadata alone can tell.
    if (from && *from != "null" && *from != origin) return false;
    if (const auto site = request.header("sec-fetch-site")) return *site == "same-origin" || (safe && *site == "none");
    return safe || from == origin;
}

}  // namespace gateway::auth
