#include "gateway/signin/sign_in.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "gateway/auth/refusal.hpp"
#include "gateway/http/urlencoded.hpp"
#include "gateway/recordings/caller.hpp"
#include "gateway/signin/browser_sessions.hpp"
#include "storage/crypto/random.hpp"

namespace gateway::signin {

using boost::asio::awaitable;
using policy::Code;
using policy::Result;
namespace audit = storage::audit;

namespace {

constexpr std::chrono::seconds kSignInPatience{8};
constexpr audit::Word kReplaced("replaced");
constexpr std::string_view kSignIn = "/auth/sign-in";

std::vector<const auth::Issuer*> sign_in_issuers(const auth::Registrations& known) {
    std::vector<const auth::Issuer*> out;
    for (const auto& issuer : known.issuers) {
        if (issuer.client) out.push_back(&issuer);
    }
    return out;
}

http::Response see_other(std::string address) {
    http::Response out;
    out.status = 303;
    out.headers.push_back({"Location", std::move(address)});
    return out;
}

/// The way back to the beginning; nothing is known about the attempt when it is nullptr.
std::vector<Link> again(const auth::LoginAttempt* attempt, const http::Request& request) {
    auto path = attempt == nullptr
                    ? std::string(kSignIn)
                    : sign_in_path(attempt->goal.issuer, attempt->goal.return_path, attempt->goal.step_up);
    return {{std::move(path), std::string(sign_in_again(language_of(request)))}};
}

auth::Principal principal_of(const auth::Person& person) {
    auth::Principal out;
    out.subject = person.subject;
    out.kind = auth::PrincipalKind::kBrowser;
    return out;
}

/// The one that the browser with this state began here a moment ago.
std::optional<auth::LoginAttempt> attempt_of(const http::Request& request, policy::Instant now) {
    const auto state = request.query_parameter("state");
    if (!state) return std::nullopt;
    const auto values = auth::cookies(request, auth::login_cookie_name(*state));
    if (values.size() != 1) return std::nullopt;
    auto attempt = auth::resume_login(values.front(), *state, now);
    if (!attempt || attempt->goal.issuer != request.param("issuer")) return std::nullopt;
    return attempt;
}

/// A second factor that was used for this very step-up, as far as clocks can tell.
bool is_fresh(const policy::Mfa& mfa, const auth::LoginAttempt& attempt, std::chrono::seconds skew) {
    return mfa.reached && mfa.auth_time && *mfa.auth_time >= attempt.goal.begun_at - skew;
}

}  // namespace

std::string sign_in_path(const std::string& issuer, const std::string& return_path, bool step_up) {
    return std::string(kSignIn) + "?issuer=" + http::percent_encoded(issuer) +
           "&return=" + http::percent_encoded(return_path) + (step_up ? "&step_up=1" : "");
}

awaitable<http::Response> SignIn::begin(http::Request& request) {
    const auto known = services_.authenticator.registrations();
    const auto all = sign_in_issuers(*known);
    const auto named = request.query_parameter("issuer");
    auth::LoginGoal goal;
    goal.return_path = auth::safe_return_path(request.query_parameter("return").value_or("/"));
    goal.step_up = request.query_parameter("step_up") == "1";
    const auto* issuer = named ? auth::find_sign_in(*known, *named) : all.size() == 1 ? all.front() : nullptr;
    if (all.empty() || (named && issuer == nullptr)) co_return page(request, 404, Message::kNobodySignsIn, {});
    // A page of another site begins no sign-in by itself: it could change who is signed in.
    if (issuer == nullptr || !auth::same_origin(request, known->origin)) {
        std::vector<Link> links;
        links.reserve(all.size());
        for (const auto* one : all)
            links.emplace_back(sign_in_path(one->client->name(), goal.return_path, goal.step_up), one->client->label());
        co_return page(request, 200, Message::kChoose, links);
    }
    goal.issuer = issuer->client->name();
    goal.before = auth::session_cookie(request);
    goal.begun_at = services_.clock.now();
    const auto attempt = auth::begin_login(std::move(goal));
    const auto document = co_await issuer->client->discover(std::chrono::steady_clock::now() + kSignInPatience);
    if (document.has_error()) co_return turned_back(request, &attempt, 503, Message::kProviderSilent, document.error());
    auto response = see_other(issuer->client->sign_in_address(*document, attempt));
    response.headers.push_back({"Set-Cookie", auth::set_login_cookie(attempt)});
    co_return response;
}

awaitable<http::Response> SignIn::callback(http::Request& request) {
    const auto known = services_.authenticator.registrations();
    const auto* issuer = auth::find_sign_in(*known, request.param("issuer"));
    if (issuer == nullptr) co_return page(request, 404, Message::kNobodySignsIn, {});
    auto attempt = attempt_of(request, services_.clock.now());
    if (!attempt)
        co_return turned_back(request, nullptr, 400, Message::kAttemptUnknown,
                              policy::fail(Code::kUnauthenticated, "state-unknown"));
    auto response = co_await finish(request, *issuer, *attempt);
    response.headers.push_back({"Set-Cookie", auth::clear_cookie(attempt->cookie_name)});
    co_return response;
}

awaitable<http::Response> SignIn::finish(http::Request& request, const auth::Issuer& issuer,
                                         auth::LoginAttempt attempt) {
    const auto ends = std::chrono::steady_clock::now() + kSignInPatience;
    const auto document = co_await issuer.client->discover(ends);
    if (document.has_error()) co_return turned_back(request, &attempt, 503, Message::kProviderSilent, document.error());
    // Another issuer's answer (RFC 9207): where it says whose it is, that counts; where it should, it must.
    const auto speaker = request.query_parameter("iss");
    if (speaker ? *speaker != issuer.rules.issuer : document->names_itself)
        co_return turned_back(request, &attempt, 403, Message::kProviderWrong,
                              policy::fail(Code::kUnauthenticated, "issuer-mixed-up"));
    const auto code = request.query_parameter("code");
    if (request.query_parameter("error") || !code)
        co_return turned_back(request, &attempt, 403, Message::kProviderRefused,
                              policy::fail(Code::kUnauthenticated, "provider-refused"));
    auto token = co_await issuer.client->redeem(*document, *code, attempt.verifier, ends);
    if (token.has_error()) {
        const bool refused = token.error().code == Code::kUnauthenticated;
        co_return turned_back(request, &attempt, refused ? 403 : 503,
                              refused ? Message::kProviderRefused : Message::kProviderSilent, token.error());
    }
    auto person = co_await services_.authenticator.sign_in(issuer, std::move(*token), attempt.nonce);
    if (person.has_error()) {
        const bool wrong = person.error().code == Code::kUnauthenticated;
        co_return turned_back(request, &attempt, wrong ? 403 : 503,
                              wrong ? Message::kProviderWrong : Message::kTryLater, person.error());
    }
    co_return co_await admit(request, issuer, std::move(attempt), std::move(*person));
}

/// The provider vouched for them: now they get a session, or the log says why not.
awaitable<http::Response> SignIn::admit(http::Request& request, const auth::Issuer& issuer, auth::LoginAttempt attempt,
                                        auth::Person person) {
    request.set_actor(person.subject.pseudonym);
    const auto now = services_.clock.now();
    const auto& roles = person.subject.roles;
    if (roles.empty()) co_return co_await deny(request, attempt, person, "no_role", Message::kNoRole);
    if (policy::conflicting(roles))
        co_return co_await deny(request, attempt, person, "conflicting_roles", Message::kNoRole);

    std::optional<auth::BrowserSession> before;
    if (attempt.goal.before) {
        const auto look_up = session_lookup(services_.catalogue, services_.clock, services_.request_time);
        auto found = co_await look_up(*attempt.goal.before);
        if (found.has_error()) co_return turned_back(request, &attempt, 503, Message::kTryLater, found.error());
        before = std::move(*found);
    }
    const bool same =
        before && before->issuer == issuer.rules.issuer && before->subject.pseudonym == person.subject.pseudonym;
    if (attempt.goal.step_up && before && !same)
        co_return co_await deny(request, attempt, person, "other_person", Message::kOtherPerson);
    if (attempt.goal.step_up && !is_fresh(person.subject.mfa, attempt, issuer.rules.skew))
        co_return co_await deny(request, attempt, person, "second_factor_missing", Message::kNoSecondFactor);

    audit::Entry entry(now, recordings::actor_of(principal_of(person)), audit::Action::kSessionOpen,
                       audit::Outcome::kDone);
    entry.code("second_factor", person.subject.mfa.reached ? audit::Word("yes") : audit::Word("no"));
    auto cookie = auth::new_session_cookie();
    bool opened = false;
    if (same) {
        entry.reason("renewed");
        auto login = login_of(person, issuer.rules.issuer);
        auto bytes = recordings::entry_bytes(entry);
        const auto renewed = co_await services_.catalogue.sessions().renew(*attempt.goal.before, cookie.hash, login,
                                                                           now, now - auth::kSessionIdle,
                                                                           std::move(bytes), services_.deadline());
        if (renewed.has_error()) co_return turned_back(request, &attempt, 503, Message::kTryLater, renewed.error());
        opened = *renewed;
    } else if (before) {  // somebody else sat at this browser
        auto other = auth::principal_of(std::move(*before));
        const auto ended = co_await end_session(services_, plays_, std::move(other), kReplaced);
        if (ended.has_error()) co_return turned_back(request, &attempt, 503, Message::kTryLater, ended.error());
    }
    if (!opened) {
        entry.reason("signed_in");
        storage::catalogue::BrowserSession session;
        storage::crypto::fill_random(session.id);
        session.login = login_of(person, issuer.rules.issuer);
        session.opened_at = now;
        session.expires_at = now + auth::kSessionLife;
        auto bytes = recordings::entry_bytes(entry);
        const auto written = co_await services_.catalogue.sessions().open(
            std::move(session), cookie.hash, attempt.goal.begun_at, std::move(bytes), services_.deadline());
        if (written.has_error()) co_return turned_back(request, &attempt, 503, Message::kTryLater, written.error());
        if (!*written) co_return co_await deny(request, attempt, person, "login_over", Message::kLoginOver);
    }
    // A page, not a redirect: a redirect would still be of the provider's site, and the cookie would not come along.
    auto response =
        page(request, 200, Message::kWelcome, {{attempt.goal.return_path, "callvault"}}, attempt.goal.return_path);
    response.headers.push_back({"Set-Cookie", auth::set_session_cookie(cookie.text)});
    co_return response;
}

awaitable<http::Response> SignIn::deny(http::Request& request, const auth::LoginAttempt& attempt,
                                       const auth::Person& person, audit::Word reason, Message message) {
    audit::Entry entry(services_.clock.now(), recordings::actor_of(principal_of(person)), audit::Action::kSessionOpen,
                       audit::Outcome::kDeny);
    entry.reason(reason);
    const auto recorded = co_await recordings::record(services_, std::move(entry));
    if (recorded.has_error()) co_return turned_back(request, &attempt, 503, Message::kTryLater, recorded.error());
    co_return page(request, 403, message, again(&attempt, request));
}

/// Nobody known came in: counted, told to the operator by its code, and to the person in words.
http::Response SignIn::turned_back(http::Request& request, const auth::LoginAttempt* attempt, unsigned status,
                                   Message message, const policy::Error& why) {
    if (status < 500) services_.refusals.add();
    services_.log.write(status >= 500 ? observe::Level::kWarning : observe::Level::kInfo, "sign_in.refused",
                        {{"request_id", request.id().text()}, {"what", why.what}});
    return page(request, status, message, again(attempt, request));
}

}  // namespace gateway::signin
