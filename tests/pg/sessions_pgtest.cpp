#include "storage/catalogue/sessions.hpp"

#include <algorithm>

#include "tests/support/catalogue_site.hpp"

// Revoked sessions.

using namespace storage::catalogue;  // NOLINT(google-build-using-namespace)
using tests::await;
using tests::bytes;
using tests::CatalogueSite;
using tests::instant;
using tests::mac_of;
using tests::soon;

namespace {

const auto kStarted = instant("2026-12-01T08:00:00Z");

bool revoked(CatalogueSite& site, const std::string& session, const std::string& subject,
             policy::Instant started = kStarted) {
    return await(site.catalogue.sessions().revoked(mac_of(session), subject, started, soon())).value();
}

}  // namespace

TEST_CASE("A logout revokes one session, and repeating it never shortens its life") {
    CatalogueSite site;
    auto& sessions = site.catalogue.sessions();
    CHECK_FALSE(revoked(site, "s1", "alice"));
    REQUIRE(await(sessions.revoke(mac_of("s1"), instant("2026-12-02T00:00:00Z"), bytes("logout"), soon())));
    REQUIRE(await(sessions.revoke(mac_of("s1"), instant("2026-12-01T12:00:00Z"), bytes("logout"), soon())));
    CHECK(revoked(site, "s1", "alice"));
    CHECK_FALSE(revoked(site, "s2", "alice"));
    CHECK(site.entries("logout") == 2);
    CHECK(*await(sessions.forget_expired(instant("2026-12-01T18:00:00Z"), soon())) == 0);
    CHECK(revoked(site, "s1", "alice"));
    CHECK(*await(sessions.forget_expired(instant("2026-12-02T00:00:01Z"), soon())) == 1);
    CHECK_FALSE(revoked(site, "s1", "alice"));
}

TEST_CASE("Revoking a subject ends every session that started until then, and none after") {
    CatalogueSite site;
    auto& sessions = site.catalogue.sessions();
    const auto expires = instant("2026-12-02T00:00:00Z");
    REQUIRE(await(sessions.revoke_subject("alice", kStarted, expires, bytes("lost"), soon())));
    CHECK(revoked(site, "s1", "alice", kStarted));
    CHECK(revoked(site, "s2", "alice", kStarted - std::chrono::hours(5)));
    CHECK_FALSE(revoked(site, "s3", "alice", kStarted + std::chrono::milliseconds(1)));
    CHECK_FALSE(revoked(site, "s1", "bert", kStarted));
    // An older revocation that comes late takes nothing back.
    REQUIRE(await(sessions.revoke_subject("alice", kStarted - std::chrono::hours(1), expires, bytes("lost"), soon())));
    CHECK(revoked(site, "s1", "alice", kStarted));
    CHECK(*await(sessions.forget_expired(expires + std::chrono::seconds(1), soon())) == 1);
    CHECK_FALSE(revoked(site, "s1", "alice", kStarted));
}

namespace {

BrowserSession browser_session(const std::string& name, const std::string& subject = "alice") {
    BrowserSession out;
    out.id = mac_of(name);
    out.login = {"https://id.test", subject, mac_of("login of " + name), {"qa"}, {"support", "sales"}, true, kStarted};
    out.opened_at = kStarted;
    out.expires_at = kStarted + std::chrono::hours(8);
    return out;
}

std::optional<BrowserSession> used(CatalogueSite& site, const std::string& cookie, policy::Instant now,
                                   std::chrono::minutes idle = std::chrono::minutes(15)) {
    return await(site.catalogue.sessions().use(mac_of(cookie), now, now - idle, soon())).value();
}

}  // namespace

TEST_CASE("A browser's session is found by its cookie until it is idle or over") {
    using std::chrono::minutes;
    CatalogueSite site;
    auto& sessions = site.catalogue.sessions();
    REQUIRE(*await(sessions.open(browser_session("s1"), mac_of("c1"), kStarted, bytes("open"), soon())));
    CHECK(site.entries("open") == 1);
    const auto found = used(site, "c1", kStarted + minutes(14));
    REQUIRE(found);
    CHECK(found->id == mac_of("s1"));
    CHECK(found->login.issuer == "https://id.test");
    CHECK(found->login.subject == "alice");
    CHECK(found->login.roles == std::vector<std::string>{"qa"});
    CHECK(found->login.teams == std::vector<std::string>{"support", "sales"});
    CHECK(found->login.second_factor);
    CHECK(found->login.auth_time == kStarted);
    CHECK(found->opened_at == kStarted);
    CHECK(found->expires_at == kStarted + std::chrono::hours(8));
    CHECK_FALSE(used(site, "c2", kStarted));
    CHECK(used(site, "c1", kStarted + minutes(28)));  // it was seen after 14
    CHECK_FALSE(used(site, "c1", kStarted + minutes(44)));
    auto lasting = browser_session("s2");
    lasting.expires_at = kStarted + minutes(5);
    REQUIRE(*await(sessions.open(lasting, mac_of("c2"), kStarted, bytes("open"), soon())));
    CHECK(used(site, "c2", kStarted + minutes(4)));
    CHECK_FALSE(used(site, "c2", kStarted + minutes(5)));
    CHECK(*await(sessions.forget_expired(kStarted + minutes(6), soon())) == 1);
}

TEST_CASE("A session is renewed by its own person only, while it lasts, and changes its cookie") {
    using std::chrono::minutes;
    CatalogueSite site;
    auto& sessions = site.catalogue.sessions();
    REQUIRE(*await(sessions.open(browser_session("s1"), mac_of("c1"), kStarted, bytes("open"), soon())));
    const auto renew = [&](const std::string& before, const std::string& after, const std::string& subject,
                           policy::Instant now) {
        auto login = browser_session("s1", subject).login;
        login.roles = {"supervisor"};
        return await(
                   sessions.renew(mac_of(before), mac_of(after), login, now, now - minutes(15), bytes("renew"), soon()))
            .value();
    };
    CHECK_FALSE(renew("c1", "c2", "bert", kStarted + minutes(1)));
    CHECK_FALSE(renew("c0", "c2", "alice", kStarted + minutes(1)));
    CHECK_FALSE(renew("c1", "c2", "alice", kStarted + minutes(16)));
    CHECK(site.entries("renew") == 0);
    CHECK(renew("c1", "c2", "alice", kStarted + minutes(1)));
    CHECK(site.entries("renew") == 1);
    CHECK_FALSE(used(site, "c1", kStarted + minutes(2)));
    CHECK(used(site, "c2", kStarted + minutes(2))->id == mac_of("s1"));
    CHECK(used(site, "c2", kStarted + minutes(2))->login.roles == std::vector<std::string>{"supervisor"});
    REQUIRE(await(sessions.revoke(mac_of("s1"), kStarted + std::chrono::hours(9), bytes("logout"), soon())));
    CHECK_FALSE(renew("c2", "c3", "alice", kStarted + minutes(3)));
}

TEST_CASE("The end of a login ends its sessions in browsers and that of its tokens") {
    CatalogueSite site;
    auto& sessions = site.catalogue.sessions();
    const auto until = kStarted + std::chrono::hours(26);
    for (const auto* name : {"s1", "s2", "s3", "no login", "later"}) {
        auto session = browser_session(name);
        if (std::string(name) == "later") session.opened_at += std::chrono::minutes(10);
        if (name[0] == 's')
            session.login.login_mac = mac_of(std::string(name) == "s3" ? "other" : "login");
        else
            session.login.login_mac.reset();
        REQUIRE(*await(sessions.open(session, mac_of(std::string("cookie ") + name), kStarted, bytes("open"), soon())));
    }
    const auto end = [&](const std::string& subject) {
        return await(sessions.end_login(mac_of("login"), subject, kStarted + std::chrono::minutes(5), until,
                                        bytes("ended"), soon()));
    };
    auto ended = end("alice").value();
    std::ranges::sort(ended);
    std::vector<Mac> wanted{mac_of("s1"), mac_of("s2"), mac_of("login"), mac_of("no login")};
    std::ranges::sort(wanted);
    CHECK(ended == wanted);
    CHECK(site.entries("ended") == 1);
    for (const auto* session : {"s1", "s2", "login", "no login"}) CHECK(revoked(site, session, "x"));
    for (const auto* session : {"s3", "later"}) CHECK_FALSE(revoked(site, session, "x"));
    CHECK(end("").has_value());

    // What comes after that of this login opens nothing.
    auto late = browser_session("s4");
    late.login.login_mac = mac_of("login");
    CHECK_FALSE(await(sessions.open(late, mac_of("c4"), kStarted, bytes("late"), soon())).value());
    CHECK(site.entries("late") == 0);
    late.login.login_mac.reset();
    const auto opens = [&](const std::string& subject, std::chrono::minutes after) {
        late.login.subject = subject;
        return await(sessions.open(late, mac_of("c4"), kStarted + after, bytes("late"), soon())).value();
    };
    CHECK_FALSE(opens("alice", std::chrono::minutes(0)));
    CHECK_FALSE(opens("alice", std::chrono::minutes(5)));
    CHECK(opens("alice", std::chrono::minutes(6)));
    late.id = mac_of("s5");
    CHECK_FALSE(revoked(site, "s6", "alice", kStarted));  // her other logins live on, and those of others
    CHECK(await(sessions.open(browser_session("s7"), mac_of("c7"), kStarted, bytes("late"), soon())).value());
    late.login.subject = "bert";
    CHECK(await(sessions.open(late, mac_of("c5"), kStarted, bytes("late"), soon())).value());
}

TEST_CASE("The end of one login and that of all of a person's are remembered beside each other") {
    CatalogueSite site;
    auto& sessions = site.catalogue.sessions();
    const auto until = kStarted + std::chrono::hours(26);
    const auto later = kStarted + std::chrono::minutes(5);
    REQUIRE(await(sessions.end_login(mac_of("login"), "alice", later, until, bytes("ended"), soon())).has_value());
    REQUIRE(await(sessions.revoke_subject("alice", kStarted, until, bytes("lost"), soon())).has_value());
    REQUIRE(await(sessions.end_login(mac_of("login"), "alice", kStarted, until, bytes("ended"), soon())).has_value());
    CHECK(revoked(site, "s1", "alice", kStarted));
    CHECK_FALSE(revoked(site, "s1", "alice", later));
    auto nameless = browser_session("s2");
    nameless.login.login_mac.reset();
    CHECK_FALSE(await(sessions.open(nameless, mac_of("c2"), later, bytes("late"), soon())).value());
}

TEST_CASE("A login that ended while its session was being opened counts for no request") {
    CatalogueSite site;
    auto& sessions = site.catalogue.sessions();
    REQUIRE(*await(sessions.open(browser_session("s1"), mac_of("c1"), kStarted, bytes("open"), soon())));
    REQUIRE(used(site, "c1", kStarted));
    // As if both had not seen each other: the login is revoked, the session by itself is not.
    REQUIRE(await(sessions.revoke(mac_of("login of s1"), kStarted + std::chrono::hours(26), bytes("r"), soon())));
    CHECK_FALSE(used(site, "c1", kStarted));
}

TEST_CASE("A sign-in that began before all logins of the person were ended opens nothing") {
    CatalogueSite site;
    auto& sessions = site.catalogue.sessions();
    const auto until = kStarted + std::chrono::hours(26);
    const auto ended = kStarted - std::chrono::minutes(1);
    REQUIRE(await(sessions.revoke_subject("alice", ended, until, bytes("r"), soon())));
    const auto opens = [&](const std::string& name, const std::string& subject, policy::Instant begun) {
        auto session = browser_session(name, subject);
        return *await(sessions.open(session, mac_of("cookie " + name), begun, bytes("open"), soon()));
    };
    CHECK_FALSE(opens("s1", "alice", ended - std::chrono::minutes(1)));
    CHECK_FALSE(opens("s2", "alice", ended));
    CHECK(opens("s3", "alice", ended + std::chrono::seconds(1)));
    CHECK(opens("s4", "bert", ended - std::chrono::minutes(1)));
    CHECK(site.entries("open") == 2);
}

TEST_CASE("Revoking a subject tells which browsers' sessions that ends") {
    CatalogueSite site;
    auto& sessions = site.catalogue.sessions();
    REQUIRE(*await(sessions.open(browser_session("s1"), mac_of("c1"), kStarted, bytes("open"), soon())));
    REQUIRE(*await(sessions.open(browser_session("s2", "bert"), mac_of("c2"), kStarted, bytes("open"), soon())));
    const auto until = kStarted + std::chrono::hours(26);
    CHECK(await(sessions.revoke_subject("alice", kStarted - std::chrono::seconds(1), until, bytes("r"), soon()))
              .value()
              .empty());
    CHECK(await(sessions.revoke_subject("alice", kStarted, until, bytes("r"), soon())).value() ==
          std::vector<Mac>{mac_of("s1")});
}
