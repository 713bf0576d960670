#include "gateway/signin/browser_sessions.hpp"

#include <utility>

#include "gateway/recordings/caller.hpp"

namespace gateway::signin {

using boost::asio::awaitable;
using policy::Result;

namespace {

auth::BrowserSession from_row(storage::catalogue::BrowserSession row) {
    auth::BrowserSession out;
    out.id = row.id;
    out.issuer = std::move(row.login.issuer);
    out.subject.pseudonym = std::move(row.login.subject);
    for (const auto& name : row.login.roles) {
        if (const auto role = policy::parse_role(name)) out.subject.roles.push_back(*role);
    }
    out.subject.teams = std::move(row.login.teams);
    out.subject.mfa = {row.login.second_factor, row.login.auth_time};
    out.opened_at = row.opened_at;
    out.expires_at = row.expires_at;
    return out;
}

awaitable<Result<std::optional<auth::BrowserSession>>> look_up(storage::catalogue::Catalogue& catalogue,
                                                               policy::Instant now, std::chrono::milliseconds patience,
                                                               auth::CookieHash cookie) {
    auto found = co_await catalogue.sessions().use(cookie, now, now - auth::kSessionIdle,
                                                   std::chrono::steady_clock::now() + patience);
    if (found.has_error()) co_return found.error();
    if (!*found) co_return std::optional<auth::BrowserSession>();
    co_return std::optional(from_row(std::move(**found)));
}

}  // namespace

auth::SessionLookup session_lookup(storage::catalogue::Catalogue& catalogue, const observe::Clock& clock,
                                   std::chrono::milliseconds patience) {
    return [&catalogue, &clock, patience](auth::CookieHash cookie) {
        return look_up(catalogue, clock.now(), patience, cookie);
    };
}

awaitable<Result<void>> end_session(recordings::Services& services, recordings::PlayRegistry& plays,
                                    auth::Principal principal, std::optional<storage::audit::Word> reason) {
    plays.end_session(principal.session.id, recordings::PlayEnd::kLoggedOut);
    storage::audit::Entry entry(services.clock.now(), recordings::actor_of(principal),
                                storage::audit::Action::kSessionClose, storage::audit::Outcome::kDone);
    if (reason) entry.reason(*reason);
    auto bytes = recordings::entry_bytes(entry);
    co_return co_await services.catalogue.sessions().revoke(principal.session.id, principal.session.remember_until,
                                                            std::move(bytes), services.deadline());
}

storage::catalogue::Login login_of(const auth::Person& person, const std::string& issuer) {
    storage::catalogue::Login out;
    out.issuer = issuer;
    out.subject = person.subject.pseudonym;
    out.login_mac = person.login;
    for (const auto role : person.subject.roles) out.roles.emplace_back(policy::text(role));
    out.teams = person.subject.teams;
    out.second_factor = person.subject.mfa.reached;
    out.auth_time = person.subject.mfa.auth_time;
    return out;
}

}  // namespace gateway::signin
