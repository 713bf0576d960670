#include "storage/catalogue/plays.hpp"

#include <algorithm>

#include "tests/support/catalogue_site.hpp"

// Plays: opened on fresh state, kept alive by leases, closed once.

using namespace storage::catalogue;  // NOLINT(google-build-using-namespace)
using namespace std::chrono_literals;
using policy::Code;
using tests::await;
using tests::bytes;
using tests::CatalogueSite;
using tests::date;
using tests::id_of;
using tests::instant;
using tests::mac_of;
using tests::soon;

namespace {

const policy::Date kToday = date("2026-12-01");
const auto kStarted = instant("2026-12-01T08:00:00Z");

NewPlay play(std::uint64_t n, policy::RecordingId recording, std::int64_t version = 1) {
    NewPlay out;
    out.id = id_of<policy::PlayId>(n);
    out.recording = recording;
    out.expected_version = version;
    out.today = kToday;
    out.session = mac_of("session");
    out.session_started = kStarted;
    out.subject = "alice";
    out.purpose = "quality";
    out.gateway = "gateway-1";
    out.entry = bytes("play " + std::to_string(n));
    return out;
}

PlayOpening open(CatalogueSite& site, NewPlay wanted) {
    const auto opening = await(site.catalogue.plays().open(std::move(wanted), soon()));
    if (!opening) throw policy::BadResult(opening.error());
    return *opening;
}

std::vector<Renewed> renewal(CatalogueSite& site, const std::vector<Served>& served, policy::Date today = kToday,
                             const std::string& gateway = "gateway-1") {
    auto renewed = await(site.catalogue.plays().renew(gateway, served, today, 15s, soon()));
    if (!renewed) throw policy::BadResult(renewed.error());
    return *renewed;
}

std::vector<policy::PlayId> renew(CatalogueSite& site, const std::vector<Served>& served, policy::Date today = kToday) {
    std::vector<policy::PlayId> going;
    for (const auto& one : renewal(site, served, today)) {
        if (one.goes_on) going.push_back(one.play);
    }
    return going;
}

bool goes_on(CatalogueSite& site, std::uint64_t n, policy::Date today = kToday) {
    return !renew(site, {{id_of<policy::PlayId>(n), {}}}, today).empty();
}

bool logged_out(CatalogueSite& site, std::uint64_t n) {
    const auto said = renewal(site, {{id_of<policy::PlayId>(n), {}}});
    return said.size() == 1 && said.front().logged_out;
}

Left leave(CatalogueSite& site, const Served& served, const std::string& gateway, bool everywhere = true,
           const std::string& entry = "closed") {
    auto left = await(site.catalogue.plays().leave(served, gateway, "closed", everywhere, bytes(entry), soon()));
    if (!left) throw policy::BadResult(left.error());
    return *left;
}

void restrict(CatalogueSite& site, policy::RecordingId id) {
    const NewRestriction restriction{id_of<RestrictionId>(1), id, "withdrawal", "dpo"};
    REQUIRE(await(site.catalogue.rights().restrict(restriction, {}, bytes("restricted"), soon())));
}

void mark_for_erasure(CatalogueSite& site, policy::RecordingId id) {
    REQUIRE(
        await(site.catalogue.purge().mark_erasure(id, std::nullopt, "erasure", kToday, true, bytes("marked"), soon())));
}

// Purges what is marked.
void finish_purge(CatalogueSite& site, policy::RecordingId id) {
    REQUIRE(await(site.catalogue.purge().finish(id_of<BatchId>(1), {{id, bytes("leaf")}}, kToday, "erasure",
                                                bytes("batch"), soon())));
}

}  // namespace

TEST_CASE("A play opens with its permit, and says what it is") {
    CatalogueSite site;
    const auto id = site.store(1);
    NewPlay wanted = play(1, id);
    wanted.case_ref = "case-1";
    CHECK(open(site, wanted) == PlayOpening::kOpened);
    CHECK(site.entries("play 1") == 1);
    const auto row = await(site.catalogue.plays().get(wanted.id, soon()));
    REQUIRE(row);
    CHECK(row->recording == id);
    CHECK(row->session == wanted.session);
    CHECK(row->subject == "alice");
    CHECK(row->purpose == "quality");
    CHECK(row->case_ref == "case-1");
    CHECK(row->lease_until - row->opened_at == 15s);
    CHECK_FALSE(row->closed_at);
    CHECK(row->served_bytes == 0);
    CHECK(row->ranges.empty());
}

TEST_CASE("A play that was decided on older facts does not open and leaves no permit") {
    CatalogueSite site;
    const auto id = site.store(1);
    CHECK(open(site, play(1, id, 2)) == PlayOpening::kChanged);
    restrict(site, id);
    CHECK(open(site, play(1, id, 1)) == PlayOpening::kChanged);
    CHECK(site.entries("play 1") == 0);
    CHECK(site.count("play") == 0);
    // Decided on the facts as they are now: policy may allow a restricted one for a declared ground.
    CHECK(open(site, play(1, id, 2)) == PlayOpening::kOpened);
}

TEST_CASE("A play of a browser ends with the login at the issuer, whenever that login became its session's") {
    CatalogueSite site;
    const auto id = site.store(1);
    auto& sessions = site.catalogue.sessions();
    BrowserSession browser;
    browser.id = mac_of("session");
    browser.login = {"https://id.test", "alice", mac_of("login"), {"qa"}, {}, true, kStarted};
    browser.opened_at = kStarted;
    browser.expires_at = kStarted + 8h;
    REQUIRE(*await(sessions.open(browser, mac_of("cookie"), kStarted, bytes("opened"), soon())));
    CHECK(open(site, play(1, id)) == PlayOpening::kOpened);
    CHECK(goes_on(site, 1));
    CHECK_FALSE(logged_out(site, 1));
    // Not by end_login(), which looks for the sessions that are there when it runs.
    REQUIRE(await(sessions.revoke(mac_of("login"), instant("2026-12-02T00:00:00Z"), bytes("logout"), soon())));
    CHECK_FALSE(goes_on(site, 1));
    CHECK(logged_out(site, 1));
    CHECK(open(site, play(2, id)) == PlayOpening::kSessionRevoked);
}

TEST_CASE("Only what is live, free and before its purge date opens") {
    CatalogueSite site;
    const auto id = site.store(1);
    SECTION("quarantined") {
        REQUIRE(await(site.catalogue.recordings().quarantine(id, 1, true, bytes("q"), soon())));
        CHECK(open(site, play(1, id, 2)) == PlayOpening::kChanged);
    }
    SECTION("marked for erasure") {
        mark_for_erasure(site, id);
        CHECK(open(site, play(1, id, 2)) == PlayOpening::kGone);
    }
    SECTION("purged") {
        mark_for_erasure(site, id);
        finish_purge(site, id);
        CHECK(open(site, play(1, id, 2)) == PlayOpening::kGone);
    }
    SECTION("never there") {
        CHECK(open(site, play(1, id_of<policy::RecordingId>(404))) == PlayOpening::kGone);
    }
    SECTION("on its purge date") {
        NewPlay late = play(1, id);
        late.today = date("2027-02-24");
        CHECK(open(site, late) == PlayOpening::kGone);
        late.past_purge_date = true;  // but nothing keeps it
        CHECK(open(site, late) == PlayOpening::kGone);
    }
    SECTION("the day before its purge date") {
        NewPlay last = play(1, id);
        last.today = date("2027-02-23");
        CHECK(open(site, last) == PlayOpening::kOpened);
        return;
    }
    CHECK(site.count("play") == 0);
    CHECK(site.entries("play 1") == 0);
}

TEST_CASE("Past its purge date a kept recording opens for the ground that keeps it only") {
    CatalogueSite site;
    const auto id = site.store(1);
    auto& keys = site.catalogue.keys();
    const auto keep = id_of<policy::KeyId>(5);
    REQUIRE(await(keys.plan_keep_key("matter", keep, soon())));
    REQUIRE(await(keys.open_keep_key(keep, soon())));
    REQUIRE(await(keys.rewrapped(id, 1, bytes("secret 1"), {1, bytes("kept")}, {}, keep, bytes("rewrapped"), soon())));
    NewPlay wanted = play(1, id, 2);
    wanted.today = date("2027-03-01");
    CHECK(open(site, wanted) == PlayOpening::kGone);
    wanted.past_purge_date = true;
    CHECK(open(site, wanted) == PlayOpening::kOpened);
    CHECK(goes_on(site, 1, date("2027-03-01")));
}

TEST_CASE("A revoked session or subject opens nothing and renews nothing") {
    CatalogueSite site;
    const auto id = site.store(1);
    CHECK(open(site, play(1, id)) == PlayOpening::kOpened);
    CHECK(goes_on(site, 1));
    auto& sessions = site.catalogue.sessions();
    SECTION("logout") {
        REQUIRE(await(sessions.revoke(mac_of("session"), instant("2026-12-02T00:00:00Z"), bytes("logout"), soon())));
        CHECK(open(site, play(2, id)) == PlayOpening::kSessionRevoked);
        CHECK_FALSE(goes_on(site, 1));
        CHECK(logged_out(site, 1));
        NewPlay other = play(3, id);
        other.session = mac_of("another session");
        CHECK(open(site, other) == PlayOpening::kOpened);
        CHECK(goes_on(site, 3));
    }
    SECTION("the subject") {
        REQUIRE(
            await(sessions.revoke_subject("alice", kStarted, instant("2026-12-02T00:00:00Z"), bytes("lost"), soon())));
        CHECK(open(site, play(2, id)) == PlayOpening::kSessionRevoked);
        CHECK_FALSE(goes_on(site, 1));
        NewPlay later = play(3, id);
        later.session_started = kStarted + 1ms;
        CHECK(open(site, later) == PlayOpening::kOpened);
        CHECK(goes_on(site, 3));
    }
    CHECK(site.entries("play 2") == 0);
}

TEST_CASE("Renewing saves what was served, merged, and never lets it shrink") {
    CatalogueSite site;
    const auto id = site.store(1);
    open(site, play(1, id));
    const auto play_id = id_of<policy::PlayId>(1);
    CHECK(renew(site, {{play_id, {{50, 100}, {0, 10}, {10, 20}, {7, 7}}}}).size() == 1);
    CHECK(renew(site, {{play_id, {{90, 120}}}}).size() == 1);
    const auto row = await(site.catalogue.plays().get(play_id, soon()));
    CHECK(row->served_bytes == 90);
    CHECK(row->ranges == std::vector<std::pair<std::int64_t, std::int64_t>>{{0, 20}, {50, 120}});
}

TEST_CASE("One renewal answers for all plays of a gateway, and for no other's") {
    CatalogueSite site;
    const auto one = site.store(1);
    const auto two = site.store(2);
    open(site, play(1, one));
    open(site, play(2, two));
    NewPlay foreign = play(3, one);
    foreign.gateway = "gateway-2";
    open(site, foreign);
    mark_for_erasure(site, two);
    const auto going = renew(site, {{id_of<policy::PlayId>(1), {{0, 1}}},
                                    {id_of<policy::PlayId>(2), {{0, 2}}},
                                    {id_of<policy::PlayId>(3), {{0, 3}}},
                                    {id_of<policy::PlayId>(404), {{0, 4}}}});
    CHECK(going == std::vector{id_of<policy::PlayId>(1)});
    // What was served until then is saved all the same.
    CHECK(await(site.catalogue.plays().get(id_of<policy::PlayId>(2), soon()))->served_bytes == 2);
    CHECK(await(site.catalogue.plays().get(id_of<policy::PlayId>(3), soon()))->served_bytes == 0);
    CHECK(renew(site, {}).empty());
}

TEST_CASE("A running play stops when its recording is restricted, quarantined, marked or reaches its date") {
    CatalogueSite site;
    const auto id = site.store(1);
    open(site, play(1, id));
    REQUIRE(goes_on(site, 1));
    SECTION("restricted") {
        restrict(site, id);
        CHECK_FALSE(goes_on(site, 1));
    }
    SECTION("quarantined") {
        REQUIRE(await(site.catalogue.recordings().quarantine(id, 1, true, bytes("q"), soon())));
        CHECK_FALSE(goes_on(site, 1));
    }
    SECTION("marked") {
        mark_for_erasure(site, id);
        CHECK_FALSE(goes_on(site, 1));
    }
    SECTION("its date") {
        CHECK_FALSE(goes_on(site, 1, date("2027-02-24")));
    }
    SECTION("but not when it is only held") {
        REQUIRE(await(site.catalogue.rights().hold({id_of<policy::HoldId>(1), "m", "dpo", date("2027-01-01")}, {id}, {},
                                                   bytes("h"), soon())));
        CHECK(goes_on(site, 1));
    }
}

TEST_CASE("A play that nobody renewed may be taken up until it is closed as an orphan, and no longer") {
    CatalogueSite site;
    const auto id = site.store(1);
    for (std::uint64_t n = 1; n <= 3; ++n) open(site, play(n, id));
    site.rows("update play set lease_until = now() - interval '20 seconds'");
    auto& plays = site.catalogue.plays();
    CHECK(await(plays.orphans(30s, 10, soon()))->empty());
    CHECK(await(plays.orphans(15s, 10, soon()))->size() == 3);
    CHECK(goes_on(site, 1));  // its gateway was cut off for a while
    CHECK(await(plays.hold(id_of<policy::PlayId>(2), "gateway-2", soon())));
    CHECK(renewal(site, {{id_of<policy::PlayId>(2), {}}}, kToday, "gateway-2").front().goes_on);
    const auto orphans = await(plays.orphans(15s, 10, soon()));
    REQUIRE(orphans->size() == 1);
    CHECK(orphans->front().id == id_of<policy::PlayId>(3));
    CHECK(orphans->front().held);
    for (std::uint64_t n = 1; n <= 3; ++n) {
        const auto closed =
            await(plays.close_orphan(id_of<policy::PlayId>(n), 15s, "gateway_lost", bytes("lost"), soon()));
        CHECK(*closed == (n == 3));
    }
    CHECK(site.entries("lost") == 1);
    CHECK(await(plays.hold(id_of<policy::PlayId>(3), "gateway-2", soon())).error().code == Code::kNotFound);
    CHECK_FALSE(goes_on(site, 3));
}

TEST_CASE("An orphan that outlived its recording leaves its entry alone") {
    CatalogueSite site;
    const auto id = site.store(1);
    open(site, play(1, id));
    mark_for_erasure(site, id);
    finish_purge(site, id);
    site.rows("update play set lease_until = now() - interval '20 seconds'");
    CHECK(*await(
        site.catalogue.plays().close_orphan(id_of<policy::PlayId>(1), 15s, "gateway_lost", bytes("lost"), soon())));
    CHECK(site.entries("lost") == 1);
    CHECK(site.count("play") == 0);
}

TEST_CASE("Two gateways hold a play: each learns what the other served, and the last one closes it") {
    CatalogueSite site;
    const auto id = site.store(1);
    open(site, play(1, id));
    const auto play_id = id_of<policy::PlayId>(1);
    auto& plays = site.catalogue.plays();
    CHECK(renewal(site, {{play_id, {{0, 10}}}}).front().elsewhere.empty());
    const auto held = await(plays.hold(play_id, "gateway-2", soon()));
    REQUIRE(held);
    CHECK(held->row.ranges == PlayRanges{{0, 10}});
    CHECK(held->age < 10s);
    CHECK(renewal(site, {{play_id, {{0, 10}, {20, 30}}}}, kToday, "gateway-2").front().goes_on);
    CHECK(renewal(site, {{play_id, {{0, 15}}}}).front().elsewhere == PlayRanges{{0, 15}, {20, 30}});

    SECTION("ended at one, it ends at the other, whose entry says what both served") {
        CHECK(leave(site, {play_id, {{0, 18}}}, "gateway-1").outcome == Leaving::kStillHeld);
        CHECK(site.entries("closed") == 0);
        const auto said = renewal(site, {{play_id, {{0, 10}, {20, 30}}}}, kToday, "gateway-2").front();
        CHECK_FALSE(said.goes_on);
        CHECK(said.ended_as == "closed");
        CHECK(await(plays.hold(play_id, "gateway-3", soon())).error().code == Code::kNotFound);
        const auto more = leave(site, {play_id, {{0, 10}, {20, 31}}}, "gateway-2");
        CHECK(more.outcome == Leaving::kMoreServed);
        CHECK(more.served == PlayRanges{{0, 18}, {20, 31}});
        CHECK(site.entries("closed") == 0);
        CHECK(leave(site, {play_id, more.served}, "gateway-2").outcome == Leaving::kClosed);
        CHECK(leave(site, {play_id, more.served}, "gateway-2").outcome == Leaving::kWasClosed);
        CHECK(site.entries("closed") == 1);
        CHECK(await(plays.get(play_id, soon()))->served_bytes == 29);
    }
    SECTION("idle at one, it goes on at the other") {
        CHECK(leave(site, {play_id, {{0, 15}}}, "gateway-1", false).outcome == Leaving::kStillHeld);
        CHECK(renewal(site, {{play_id, {}}}, kToday, "gateway-2").front().goes_on);
        CHECK_FALSE(goes_on(site, 1));
    }
    SECTION("ended by a gateway that does not hold it") {
        REQUIRE(await(plays.end(play_id, "closed", soon())));
        CHECK(renewal(site, {{play_id, {}}}).front().ended_as == "closed");
        CHECK(renewal(site, {{play_id, {}}}, kToday, "gateway-2").front().ended_as == "closed");
    }
    SECTION("left by gateways that stop, it waits for the next one") {
        REQUIRE(await(plays.let_go("gateway-1", {{play_id, {{0, 19}}}}, soon())));
        REQUIRE(await(plays.let_go("gateway-2", {{play_id, {}}}, soon())));
        const auto row = await(plays.get(play_id, soon()));
        CHECK_FALSE(row->held);
        CHECK_FALSE(row->closed_at);
        CHECK(row->served_bytes == 29);
        CHECK(await(plays.hold(play_id, "gateway-3", soon()))->row.ranges == PlayRanges{{0, 19}, {20, 30}});
    }
}

TEST_CASE("A play is closed once, with what was served and its entry") {
    CatalogueSite site;
    const auto id = site.store(1);
    open(site, play(1, id));
    auto& plays = site.catalogue.plays();
    const auto play_id = id_of<policy::PlayId>(1);
    std::vector<Answer<Left>> closings;
    for (int i = 0; i < 4; ++i)
        closings.push_back(plays.leave({play_id, {{0, 500}}}, "gateway-1", "ended", true, bytes("closed"), soon()));
    std::size_t ended = 0;
    for (const auto& left : tests::await_all(std::move(closings))) ended += left->outcome == Leaving::kClosed ? 1U : 0U;
    CHECK(ended == 1);
    CHECK(site.entries("closed") == 1);
    const auto row = await(plays.get(play_id, soon()));
    CHECK(row->closed_at);
    CHECK(row->close_reason == "ended");
    CHECK(row->served_bytes == 500);
    CHECK_FALSE(goes_on(site, 1));
}

TEST_CASE("A play whose recording was purged under it still gets its entry, and nothing of it stays") {
    CatalogueSite site;
    const auto id = site.store(1);
    open(site, play(1, id));
    open(site, play(2, id));
    auto& plays = site.catalogue.plays();
    REQUIRE(leave(site, {id_of<policy::PlayId>(1), {{0, 1}}}, "gateway-1", true, "first closed").outcome ==
            Leaving::kClosed);
    mark_for_erasure(site, id);
    finish_purge(site, id);
    CHECK(await(plays.get(id_of<policy::PlayId>(1), soon())).error().code == Code::kNotFound);
    CHECK(leave(site, {id_of<policy::PlayId>(2), {{0, 9}}}, "gateway-1", true, "second closed").outcome ==
          Leaving::kClosed);
    CHECK(site.entries("second closed") == 1);
    CHECK(site.count("play") == 0);
}

TEST_CASE("The history of a recording is newest first and bounded") {
    CatalogueSite site;
    const auto id = site.store(1);
    const auto other = site.store(2);
    for (std::uint64_t n = 1; n <= 3; ++n) open(site, play(n, id));
    open(site, play(4, other));
    const auto history = await(site.catalogue.plays().history(id, 2, soon()));
    REQUIRE(history);
    REQUIRE(history->size() == 2);
    CHECK((*history)[0].play.id == id_of<policy::PlayId>(3));
    CHECK((*history)[1].play.id == id_of<policy::PlayId>(2));
}
