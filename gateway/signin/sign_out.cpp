#include "gateway/signin/sign_out.hpp"

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "gateway/auth/challenge.hpp"
#include "gateway/auth/refusal.hpp"
#include "gateway/http/urlencoded.hpp"
#include "gateway/recordings/caller.hpp"
#include "gateway/signin/browser_sessions.hpp"
#include "gateway/signin/pages.hpp"

namespace gateway::signin {

using boost::asio::awaitable;
using policy::Code;
namespace audit = storage::audit;

namespace {

constexpr std::chrono::seconds kSignOutPatience{3};
constexpr std::size_t kMaxForm = std::size_t{32} * 1024;

/// The error answer of Back-Channel Logout 1.0, 2.8.
http::Response bad_logout(unsigned status, std::string_view error, std::string_view description) {
    return http::json_response(
        status, boost::json::serialize(boost::json::object{{"error", error}, {"error_description", description}}));
}

}  // namespace

awaitable<http::Response> SignOut::end(http::Request& request) {
    auto caller = co_await recordings::identify(services_, request);
    if (auto* response = std::get_if<http::Response>(&caller)) co_return std::move(*response);
    const auto& principal = std::get<auth::Principal>(caller);
    if (!principal.session.revocable) {
        auto problem = http::problem_of(Code::kConflict);
        problem.detail =
            "A certificate or a local user has no session to end: take its registration out of the configuration.";
        co_return http::problem_response(request.id(), std::move(problem));
    }
    const auto ended = co_await end_session(services_, plays_, principal);
    if (ended.has_error()) co_return recordings::failed(services_, request, ended.error());
    http::Response response;
    response.status = 204;
    if (principal.kind == auth::PrincipalKind::kBrowser)
        response.headers.push_back({"Set-Cookie", auth::clear_cookie(auth::kSessionCookie)});
    co_return response;
}

awaitable<http::Response> SignOut::sign_out(http::Request& request) {
    // Also without the cookie, which browsers keep from a form of another site: that must not take it away either.
    if (!auth::same_origin(request, services_.authenticator.registrations()->origin))
        co_return auth::unauthenticated_response(request.id(), auth::refuse(auth::refusals::kForeignOrigin));
    std::string next = "/";
    if (auth::session_cookie(request)) {
        auto principal = co_await services_.authenticator.authenticate(request);
        if (principal.has_error() && principal.error().code != Code::kUnauthenticated)
            co_return auth::unauthenticated_response(request.id(), principal.error());
        if (principal.has_value()) {  // else it is over already
            request.set_actor(principal->subject.pseudonym);
            const auto ended = co_await end_session(services_, plays_, *principal);
            if (ended.has_error()) co_return recordings::failed(services_, request, ended.error());
            next = co_await way_out(principal->issuer);
        }
    }
    const auto cookie = auth::clear_cookie(auth::kSessionCookie);
    // Not a redirect to another site: the form stands in a page whose policy lets forms go nowhere else.
    if (next != "/") {
        auto leads_on = page(request, 200, Message::kSignedOut, {{next, "callvault"}}, next);
        leads_on.headers.push_back({"Set-Cookie", cookie});
        co_return leads_on;
    }
    http::Response response;
    response.status = 303;
    response.headers.push_back({"Set-Cookie", cookie});
    response.headers.push_back({"Location", std::move(next)});
    co_return response;
}

/// The provider's own logout; ours when it has none or does not answer.
awaitable<std::string> SignOut::way_out(std::string issuer) {
    const auto known = services_.authenticator.registrations();
    for (const auto& one : known->issuers) {
        if (!one.client || one.rules.issuer != issuer) continue;
        const auto document = co_await one.client->discover(std::chrono::steady_clock::now() + kSignOutPatience);
        if (document.has_error()) break;
        co_return one.client->sign_out_address(*document).value_or("/");
    }
    co_return "/";
}

/// Nothing ended yet: the provider is to say it again.
http::Response SignOut::not_now(const policy::Error& why) {
    services_.log.warning("sign_out.failed", {{"what", why.what}});
    return bad_logout(503, "temporarily_unavailable", "Send it again later.");
}

awaitable<http::Response> SignOut::back_channel(http::Request& request) {
    const auto known = services_.authenticator.registrations();
    const auto* issuer = auth::find_sign_in(*known, request.param("issuer"));
    if (issuer == nullptr) co_return http::problem_response(request.id(), policy::fail(Code::kNotFound, ""));
    const auto form = co_await request.body().read_all(kMaxForm);
    if (form.has_error()) co_return http::problem_response(request.id(), form.error());
    auto token = http::parameter(*form, "logout_token");
    if (!token) co_return bad_logout(400, "invalid_request", "The form has no logout_token.");
    const auto ended = co_await services_.authenticator.sign_out(*issuer, std::move(*token));
    if (ended.has_error()) {
        const auto* refusal = auth::refusal_of(ended.error());
        if (ended.error().code != Code::kUnauthenticated || refusal == nullptr) co_return not_now(ended.error());
        services_.refusals.add();
        co_return bad_logout(400, "invalid_request", refusal->sentence);
    }
    audit::Entry entry(services_.clock.now(), {audit::ActorKind::kService, {}, {}}, audit::Action::kSessionClose,
                       audit::Outcome::kDone);
    entry.reason("provider_logout");
    if (const auto whose = audit::Pseudonym::parse(ended->subject)) entry.ref("subject", *whose);
    auto bytes = recordings::entry_bytes(entry);
    const auto forget = services_.clock.now() + auth::kLongestLifetime + 3 * auth::kLargestSkew;
    auto& all = services_.catalogue.sessions();
    // Theirs is a whole second by another clock; nothing that begins after now is meant.
    const auto until = std::min(services_.clock.now(), ended->issued_at + std::chrono::seconds{1} + issuer->rules.skew);
    std::vector<storage::catalogue::Mac> sessions;
    if (ended->login) {
        auto found = co_await all.end_login(*ended->login, ended->subject, until, forget, std::move(bytes),
                                            services_.deadline());
        if (found.has_error()) co_return not_now(found.error());
        sessions = std::move(*found);
    } else {
        auto found = co_await all.revoke_subject(ended->subject, until, forget, std::move(bytes), services_.deadline());
        if (found.has_error()) co_return not_now(found.error());
        sessions = std::move(*found);
    }
    for (const auto& session : sessions) plays_.end_session(session, recordings::PlayEnd::kLoggedOut);
    http::Response response;
    response.status = 200;
    co_return response;
}

}  // namespace gateway::signin
