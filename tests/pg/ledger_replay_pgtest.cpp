// A database or vault of yesterday over today's deletion ledger (rule 36). The database of yesterday is made by taking
// back, in SQL, what an act wrote.
#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "gateway/jobs/forget.hpp"
#include "gateway/jobs/ledger_replay.hpp"
#include "gateway/recordings/stored_recording.hpp"
#include "tests/pg/rights_world.hpp"

namespace {

using gateway::jobs::LedgerReplay;
using gateway::jobs::Replayed;
using storage::audit::LedgerEvent;
using storage::audit::LedgerKind;
using tests::await;
using tests::Postgres;
using tests::RightsWorld;
namespace jobs = gateway::jobs;

class World : public RightsWorld {
  public:
    policy::Result<Replayed> try_replay() {
        jobs::Forget forget(services(), plays(), services().ledger);
        LedgerReplay replay(services(), forget, std::chrono::milliseconds{0});
        return await(replay.run());
    }
    Replayed replay() { return try_replay().value(); }

    void sql(const std::string& statement) { Postgres::shared().query(database(), statement); }
    std::string state(const policy::RecordingId& id) {
        return one("select coalesce((select state from recording where id = '" + id.text() + "'), 'gone')");
    }
    std::string of(const std::string& column, const policy::RecordingId& id) {
        return one("select " + column + "::text from recording where id = '" + id.text() + "'");
    }
    policy::LogId log_id(const policy::RecordingId& id) {
        const auto stored = await(services().catalogue.recordings().facts(id, services().deadline())).value();
        return await(gateway::recordings::open_fields(services(), stored)).value().log_id;
    }
    /// The ledger has it; the database and the vault, being of yesterday, do not.
    void announced(LedgerEvent event) {
        event.at = services().clock.now();
        await(services().ledger.append(std::move(event), services().deadline())).value();
    }
    void announced_erased(const policy::RecordingId& id) {
        LedgerEvent event;
        event.kind = LedgerKind::kRecordingsErased;
        event.ground = "erasure";
        event.recordings = {log_id(id)};
        announced(std::move(event));
    }
    void announced_key(policy::Date date, policy::KeyId key) {
        LedgerEvent event;
        event.kind = LedgerKind::kDayKeyDestroyed;
        event.key = key;
        event.date = date;
        announced(std::move(event));
    }
    policy::KeyId key_of(int lives_in_days) {
        return await(services().catalogue.keys().day_key(day(lives_in_days), services().deadline())).value().key;
    }
    bool in_vault(policy::KeyId key) {
        const auto all = services().vault.list().value();
        return std::ranges::any_of(all, [key](const auto& one) { return one.id == key; });
    }
    std::string hold(const policy::RecordingId& id) {
        const auto answer = post(kOlivia, "/v1/holds",
                                 R"({"recordings":[")" + id.text() + R"("],"matter":"m","owner":"o","review_on":")" +
                                     policy::text(day(30)) + R"("})");
        REQUIRE(answer.status == 201);
        return answer.location.substr(answer.location.rfind('/') + 1);
    }
    std::string restrict(const policy::RecordingId& id) {
        const auto answer =
            post(kOlivia, "/v1/recordings/" + id.text() + "/restrictions", R"({"ground":"accuracy","case":"c"})");
        REQUIRE(answer.status == 201);
        const auto at = answer.body.find("\"id\":\"") + 6;
        return answer.body.substr(at, 32);
    }
    std::string mark() { return one("select next from ledger_mark"); }
};

}  // namespace

TEST_CASE("A database that is of today has nothing done to it again") {
    World world;
    const auto id = world.recording("a");
    world.hold(id);
    world.restrict(id);
    const auto done = world.replay();
    CHECK(done.records == 2);
    CHECK(done.applied() == 0);
    CHECK(world.mark() == "2");
    CHECK(world.replay().records == 0);
}

TEST_CASE("A hold that was placed since comes back, due for review in two weeks") {
    World world;
    const auto id = world.recording("a");
    const auto hold = world.hold(id);
    world.sql("delete from hold_recording; delete from hold; update recording set holds = 0");
    CHECK(world.replay().holds_set == 1);
    CHECK(world.of("holds", id) == "1");
    CHECK(world.one("select id from hold where review_on = '" + policy::text(world.day(14)) + "'").size() == 36);
    const auto shown = world.get(RightsWorld::kOlivia, "/v1/holds/" + hold);
    CHECK(shown.status == 200);
    CHECK(shown.body.find("restored from the deletion ledger") != std::string::npos);
    CHECK(world.replay().applied() == 0);
}

TEST_CASE("Of two restrictions the very one that was lifted since is lifted again") {
    World world;
    const auto id = world.recording("a");
    const auto lifted = world.restrict(id);
    const auto stays = world.restrict(id);
    REQUIRE(world.remove(RightsWorld::kOlivia, "/v1/recordings/" + id.text() + "/restrictions/" + lifted + "?notice=n")
                .status == 204);
    world.sql("update restriction set lifted_at = null, lifted_by = null; update recording set restrictions = 2");
    const auto done = world.replay();
    CHECK(done.restrictions_set == 0);
    CHECK(done.restrictions_lifted == 1);
    CHECK(world.one("select replace(id::text, '-', '') from restriction where lifted_at is null") == stays);
    CHECK(world.of("restrictions", id) == "1");
}

TEST_CASE("A restriction that was set and lifted since is set and lifted, in that order") {
    World world;
    const auto id = world.recording("a");
    const auto lifted = world.restrict(id);
    REQUIRE(world.remove(RightsWorld::kOlivia, "/v1/recordings/" + id.text() + "/restrictions/" + lifted + "?notice=n")
                .status == 204);
    world.sql("delete from restriction; update recording set restrictions = 0");
    const auto done = world.replay();
    CHECK(done.restrictions_set == 1);
    CHECK(done.restrictions_lifted == 1);
    CHECK(world.of("restrictions", id) == "0");
}

TEST_CASE("A withdrawal since restricts again, and its erasure is queued again") {
    World world;
    const auto id = world.recording("a");
    REQUIRE(world.post(RightsWorld::kRecorder, "/v1/withdrawals", R"({"recording_ref":"a"})").status == 200);
    world.sql(
        "delete from job; delete from restriction; update recording set restrictions = 0, restricted_ground = null");
    CHECK(world.replay().restrictions_set == 1);
    CHECK(world.of("restricted_ground", id) == "withdrawal");
    CHECK(world.one("select count(*) from job where kind = 'erase'") == "1");
    CHECK(world.one("select count(*) from job where run_at between now() + interval '23 hours' and now() + interval "
                    "'24 hours'") == "1");
    CHECK(world.replay().applied() == 0);
}

TEST_CASE("What was erased since goes again, with its proof, and its neighbour stays") {
    World world;
    const auto erased = world.recording("a");
    const auto stays = world.recording("b");
    world.announced_erased(erased);
    const auto done = world.replay();
    CHECK(done.erased == 1);
    CHECK(done.purged == 1);
    CHECK(world.state(erased) == "gone");
    CHECK(world.state(stays) == "live");
    CHECK(world.one("select count(*) from purge_batch where ground = 'erasure'") == "1");
    CHECK(world.replay().applied() == 0);
}

TEST_CASE("An erasure that a class forbids in this copy keeps nothing closed, and is told") {
    World world;
    const auto id = world.recording("a");
    world.announced_erased(id);
    world.sql("update recording set kept_until = purge_date + 100");
    const auto done = world.replay();
    CHECK(done.refused == 1);
    CHECK(done.erased == 0);
    CHECK(world.state(id) == "live");
}

TEST_CASE(
    "A day key that came back with the vault is destroyed again; what is held is rewrapped before, the rest goes") {
    World world;
    const auto purged = world.recording("a", "consent", 1);
    const auto held = world.recording("b", "consent", 1);
    world.hold(held);
    const auto key = world.key_of(1);
    world.announced_key(world.day(1), key);
    const auto done = world.replay();
    CHECK(done.keys_destroyed == 1);
    CHECK(done.purged == 1);
    CHECK(done.lost == 0);
    CHECK_FALSE(world.in_vault(key));
    CHECK(world.state(purged) == "gone");
    CHECK(world.state(held) == "live");
    CHECK(world.of("keep_key is not null", held) == "true");
    CHECK(world.one("select state from day_key where key_id = '" + key.text() + "'") == "destroyed");
    CHECK(world.replay().applied() == 0);
}

TEST_CASE("What hangs on a day key that is gone is purged, and what should have been kept is told as lost") {
    World world;
    const auto purged = world.recording("a", "consent", 1);
    const auto held = world.recording("b", "consent", 1);
    world.hold(held);
    const auto key = world.key_of(1);
    world.announced_key(world.day(1), key);
    world.services().vault.destroy(key).value();
    const auto done = world.replay();
    CHECK(done.lost == 1);
    CHECK(done.purged == 2);
    CHECK(world.state(purged) == "gone");
    CHECK(world.state(held) == "gone");
}

TEST_CASE("What a keep key held and a later purge took, with no word of its own in the ledger, goes again") {
    for (const bool day_key_came_back : {true, false}) {
        World world;
        const auto kept = world.recording("a", "consent", 1);
        world.hold(kept);
        world.announced_key(world.day(1), world.key_of(1));
        REQUIRE(world.replay().purged == 0);
        REQUIRE(world.of("keep_key is not null", kept) == "true");
        LedgerEvent lifted;
        lifted.kind = LedgerKind::kHoldLifted;
        lifted.hold = policy::HoldId::parse(world.one("select replace(id::text, '-', '') from hold"));
        world.announced(std::move(lifted));
        world.recording("b", "consent", 2);
        const auto key = world.key_of(2);
        world.announced_key(world.day(2), key);
        if (!day_key_came_back) world.services().vault.destroy(key).value();
        CHECK(world.replay().purged == 2);
        CHECK(world.state(kept) == "gone");
    }
}

TEST_CASE("A keep key of the ledger goes from the vault with what hung on it, and keeps nothing new") {
    for (const bool came_back : {true, false}) {
        World world;
        const auto purged = world.recording("a", "consent", 1);
        const auto other = world.recording("b", "consent", 2);
        world.restrict(purged);
        world.announced_key(world.day(1), world.key_of(1));
        world.replay();
        const auto key = policy::KeyId::parse(world.one("select replace(key_id::text, '-', '') from keep_key")).value();
        world.sql("delete from restriction; update recording set restrictions = 0, restricted_ground = null");
        LedgerEvent event;
        event.kind = LedgerKind::kKeepKeyDestroyed;
        event.key = key;
        world.announced(std::move(event));
        world.restrict(other);  // of the same month: the same keep key, if it were still good
        world.announced_key(world.day(2), world.key_of(2));
        if (!came_back) world.services().vault.destroy(key).value();
        const auto done = world.replay();
        CHECK(done.lost == 0);
        CHECK(done.keys_missing == 0);
        CHECK_FALSE(world.in_vault(key));
        CHECK(world.state(purged) == "gone");
        CHECK(world.state(other) == "live");
        CHECK(world.of("(keep_key <> '" + key.text() + "'::uuid)", other) == "true");
    }
}

TEST_CASE("A day that is lost and a day to keep do not stop each other, in whatever order they were announced") {
    for (const int lost : {1, 2}) {
        World world;
        const auto first = world.recording("a", "consent", 1);
        const auto second = world.recording("b", "consent", 2);
        world.hold(first);
        world.hold(second);
        world.announced_key(world.day(2), world.key_of(2));
        world.announced_key(world.day(1), world.key_of(1));
        world.services().vault.destroy(world.key_of(lost)).value();
        CHECK(world.replay().lost == 1);
        CHECK(world.state(lost == 1 ? first : second) == "gone");
        CHECK(world.state(lost == 1 ? second : first) == "live");
    }
}

TEST_CASE("Only what no purge explains counts as unopened") {
    World world;
    world.recording("a", "consent", 1);
    world.recording("b", "consent", 2);
    const auto erased = world.recording("c");
    world.announced_erased(erased);
    world.announced_key(world.day(1), world.key_of(1));
    world.services().vault.destroy(world.key_of(1)).value();
    world.services().vault.destroy(world.key_of(2)).value();
    const auto done = world.replay();
    CHECK(done.unopened == 1);
    CHECK(done.keys_missing == 1);
}

TEST_CASE("A recording that cannot be rewrapped keeps no announced key alive, and the service not closed") {
    World world;
    const auto broken = world.recording("a", "consent", 1);
    const auto held = world.recording("b", "consent", 1);
    world.hold(broken);
    world.hold(held);
    const auto key = world.key_of(1);
    world.announced_key(world.day(1), key);
    world.sql("update secret set sealed = decode(repeat('00', 64), 'hex') where recording_id = '" + broken.text() +
              "'");
    CHECK(world.replay().lost == 1);
    CHECK_FALSE(world.in_vault(key));
    CHECK(world.state(broken) == "gone");
    CHECK(world.state(held) == "live");
}

TEST_CASE("A call that came and was erased or withdrawn after the copy is not taken when it comes again") {
    World world;
    const auto erased = world.recording("a");
    world.recording("b");
    jobs::Forget forget(world.services(), world.plays(), world.services().ledger);
    REQUIRE(await(forget.erase(erased, "erasure", world.services().today())).has_value());
    REQUIRE(world.post(RightsWorld::kRecorder, "/v1/withdrawals", R"({"recording_ref":"b"})").status == 200);
    world.sql(
        "delete from job; delete from restriction; delete from secret; delete from sealed_object; delete from "
        "recording; "
        "delete from reference");
    CHECK(world.replay().forbidden == 2);
    CHECK(world.one("select string_agg(ground, ',' order by ground) from reference where purged_on is not null") ==
          "erasure,withdrawal");
    for (const std::string reference : {"a", "b"}) {
        CHECK(
            world.post(RightsWorld::kRecorder, "/v1/withdrawals", R"({"recording_ref":")" + reference + "\"}").status ==
            410);
    }
    CHECK(world.replay().applied() == 0);
}

TEST_CASE("A key that the database knows as destroyed goes from a vault of yesterday without a word of the ledger") {
    World world;
    world.recording("a", "consent", 0);
    const auto key = world.key_of(0);
    world.sql("update day_key set state = 'destroyed' where key_id = '" + key.text() + "'");
    CHECK(world.replay().keys_destroyed == 1);
    CHECK_FALSE(world.in_vault(key));
}

TEST_CASE("A day key that is missing without a word of the ledger is an alarm, and nothing is purged for it") {
    World world;
    const auto id = world.recording("a", "consent", 0);
    world.services().vault.destroy(world.key_of(0)).value();
    CHECK(world.replay().keys_missing == 1);
    CHECK(world.state(id) == "live");
}

TEST_CASE("An epoch key or a keep key that is missing is an alarm too") {
    World world;
    const auto id = world.recording("a", "consent", 1);
    world.hold(id);
    world.announced_key(world.day(1), world.key_of(1));
    REQUIRE(world.replay().keys_missing == 0);
    for (const std::string table : {"keep_key", "epoch_key"}) {
        const auto key = policy::KeyId::parse(world.one("select replace(key_id::text, '-', '') from " + table));
        world.services().vault.destroy(key.value()).value();
    }
    CHECK(world.replay().keys_missing == 2);
    CHECK(world.state(id) == "live");
}

TEST_CASE("A ledger that lacks what the database has seen of it opens nothing") {
    World world;
    world.sql("update ledger_mark set next = 7, previous = decode(repeat('ab', 32), 'hex')");
    const auto done = world.try_replay();
    REQUIRE(done.has_error());
    CHECK(done.error().code == policy::Code::kCorrupt);
}

TEST_CASE("The mark passes what stands, and waits for what may still be committed") {
    World world;
    const auto id = world.recording("a");
    world.hold(id);
    await(jobs::move_ledger_mark(world.services())).value();
    CHECK(world.mark() == "1");
    LedgerEvent event;
    event.kind = LedgerKind::kRestrictionSet;
    event.ground = "accuracy";
    event.restriction = storage::crypto::random_id<policy::RestrictionId>();
    event.recordings = {world.log_id(id)};
    world.announced(std::move(event));
    await(jobs::move_ledger_mark(world.services())).value();
    CHECK(world.mark() == "1");
    world.clock().set_by(std::chrono::minutes(31));
    await(jobs::move_ledger_mark(world.services())).value();
    CHECK(world.mark() == "2");
}

TEST_CASE("The mark waits for a day key until its row says destroyed") {
    World world;
    world.recording("a", "consent", 0);
    const auto key = world.key_of(0);
    world.announced_key(world.day(0), key);
    world.clock().set_by(std::chrono::minutes(31));
    await(jobs::move_ledger_mark(world.services())).value();
    CHECK(world.mark() == "0");
    world.sql("update day_key set state = 'destroyed' where key_id = '" + key.text() + "'");
    await(jobs::move_ledger_mark(world.services())).value();
    CHECK(world.mark() == "1");
}

TEST_CASE("The log tells each replay that found something, with its counts") {
    World world;
    const auto id = world.recording("a");
    world.announced_erased(id);
    world.replay();
    world.replay();
    CHECK(world.one("select count(*) from audit_entry where convert_from(bytes, 'UTF8') like '%\"ledger.replay\"%'") ==
          "1");
    CHECK(world.one("select count(*) from audit_entry where convert_from(bytes, 'UTF8') like '%\"erased\":1%'") == "1");
    CHECK(world.one("select count(*) from audit_entry where convert_from(bytes, 'UTF8') like '%\"length\":1%'") == "1");
}
