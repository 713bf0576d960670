#include "storage/catalogue/sessions.hpp"

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
