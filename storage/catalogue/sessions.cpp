#include "storage/catalogue/sessions.hpp"

#include "storage/catalogue/pool.hpp"
#include "storage/catalogue/session.hpp"

namespace storage::catalogue {
namespace {

using policy::Result;

constexpr std::chrono::minutes kSeenEvery{1};

void put_login(Parameters& p, const Login& login) {
    p.text(login.issuer).text(login.subject);
    p.maybe(login.login_mac, &Parameters::bytes).texts(login.roles).texts(login.teams).flag(login.second_factor);
    p.maybe(login.auth_time, &Parameters::instant);
}

BrowserSession browser_session_of(const Row& row) {
    BrowserSession out;
    out.id = row.mac("session_id");
    out.login = {row.text("issuer"),        row.text("subject"),           {}, row.texts("roles"), row.texts("teams"),
                 row.flag("second_factor"), row.maybe_instant("auth_time")};
    out.opened_at = row.instant("opened_at");
    out.expires_at = row.instant("expires_at");
    return out;
}

std::vector<Mac> ids_in(const Rows& rows) {
    return rows.each([](const Row& row) { return row.mac("session_id"); });
}

}  // namespace

Answer<bool> Sessions::open(BrowserSession opened, Mac cookie_hash, policy::Instant begun, EntryBytes entry,
                            Deadline deadline) {
    Parameters p;
    p.bytes(opened.id).bytes(cookie_hash);
    put_login(p, opened.login);
    p.instant(opened.opened_at).instant(opened.expires_at).bytes(entry).instant(begun);
    return pool_.run("browser_session_open", deadline, [p = std::move(p)](Session& session) {
        return Result<bool>(!session.write("browser_session_open", p).empty());
    });
}

Answer<bool> Sessions::renew(Mac before, Mac cookie_hash, const Login& login, policy::Instant now,
                             policy::Instant idle_since, EntryBytes entry, Deadline deadline) {
    Parameters p;
    p.bytes(before).bytes(cookie_hash);
    put_login(p, login);
    p.instant(now).instant(idle_since).bytes(entry);
    return pool_.run("browser_session_renew", deadline, [p = std::move(p)](Session& session) {
        return Result<bool>(!session.write("browser_session_renew", p).empty());
    });
}

Answer<std::optional<BrowserSession>> Sessions::use(Mac cookie_hash, policy::Instant now, policy::Instant idle_since,
                                                    Deadline deadline) {
    Parameters p;
    p.bytes(cookie_hash).instant(now).instant(idle_since).instant(now - kSeenEvery);
    return pool_.run("browser_session_use", deadline, [p = std::move(p)](Session& session) {
        const Rows rows = session.read("browser_session_use", p);  // seen_at may be lost: nothing hangs on it
        return Result<std::optional<BrowserSession>>(rows.empty() ? std::nullopt
                                                                  : std::optional(browser_session_of(rows.first())));
    });
}

Answer<void> Sessions::revoke(Mac session_mac, policy::Instant expires, EntryBytes entry, Deadline deadline) {
    Parameters p;
    p.bytes(session_mac).instant(expires).bytes(entry);
    return pool_.run("session_revoke", deadline, [p = std::move(p)](Session& session) -> Result<void> {
        session.write("session_revoke", p);
        return {};
    });
}

Answer<std::vector<Mac>> Sessions::end_login(Mac login_mac, const std::string& subject, policy::Instant started_before,
                                             policy::Instant expires, EntryBytes entry, Deadline deadline) {
    Parameters p;
    p.bytes(login_mac).instant(expires).bytes(entry).text(subject).instant(started_before);
    return pool_.run("login_end", deadline, [p = std::move(p)](Session& session) {
        return Result<std::vector<Mac>>(ids_in(session.write("login_end", p)));
    });
}

Answer<std::vector<Mac>> Sessions::revoke_subject(const std::string& subject, policy::Instant started_before,
                                                  policy::Instant expires, EntryBytes entry, Deadline deadline) {
    Parameters p;
    p.text(subject).instant(started_before).instant(expires).bytes(entry);
    return pool_.run("subject_revoke", deadline, [p = std::move(p)](Session& session) {
        return Result<std::vector<Mac>>(ids_in(session.write("subject_revoke", p)));
    });
}

Answer<bool> Sessions::revoked(Mac session_mac, const std::string& subject, policy::Instant started,
                               Deadline deadline) {
    Parameters p;
    p.bytes(session_mac).text(subject).instant(started);
    return pool_.run("session_revoked", deadline, [p = std::move(p)](Session& session) {
        const Rows rows = session.read("session_revoked", p);
        return Result<bool>(rows.first().flag("revoked"));
    });
}

Answer<std::int64_t> Sessions::forget_expired(policy::Instant now, Deadline deadline) {
    return pool_.run("sessions_forget", deadline, [now](Session& session) {
        const Rows rows = session.write("sessions_forget", Parameters().instant(now));
        return Result<std::int64_t>(rows.first().number("forgotten"));
    });
}

}  // namespace storage::catalogue
