// What forgetting does when something is missing, broken or cut off: over a real database, vault and ledger.
#include "gateway/jobs/forget.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "gateway/recordings/stored_recording.hpp"
#include "tests/pg/rights_world.hpp"

namespace {

using storage::audit::LedgerKind;
using storage::audit::LedgerRecord;
using tests::await;
using tests::go_on;
using tests::Postgres;
using tests::RightsWorld;

class World : public RightsWorld {
  public:
    gateway::jobs::Forget forget{services(), plays(), services().ledger};

    void sql(const std::string& statement) { Postgres::shared().query(database(), statement); }
    std::string state(const policy::RecordingId& id) {
        return one("select coalesce((select state from recording where id = '" + id.text() + "'), 'gone')");
    }
    std::string hold(const policy::RecordingId& id) {
        const auto answer = post(kOlivia, "/v1/holds",
                                 R"({"recordings":[")" + id.text() + R"("],"matter":"m","owner":"o","review_on":")" +
                                     policy::text(day(30)) + R"("})");
        REQUIRE(answer.status == 201);
        return answer.location;
    }
    policy::LogId log_id(const policy::RecordingId& id) {
        const auto stored = await(services().catalogue.recordings().facts(id, services().deadline())).value();
        return await(gateway::recordings::open_fields(services(), stored)).value().log_id;
    }
    /// The vault knows nothing of it, as after a copy of it was put back.
    void lose_key(int lives_in_days) {
        const auto date = policy::text(day(lives_in_days));
        sql("update recording set day_key = gen_random_uuid() where purge_date = '" + date + "'");
    }
    std::vector<LedgerRecord> ledger(LedgerKind kind) {
        std::vector<LedgerRecord> out;
        const auto read = await(services().ledger.replay(
            {},
            [&](const LedgerRecord& record) {
                if (record.event.kind == kind) out.push_back(record);
                return policy::Result<void>{};
            },
            services().deadline()));
        REQUIRE(read.has_value());
        return out;
    }
};

}  // namespace

TEST_CASE("A held recording whose key is missing keeps nothing else from its purge") {
    World world;
    const auto lost = world.recording("a", "consent", 1);
    const auto due = world.recording("b", "consent", 2);
    const auto held = world.recording("c", "consent", 2);
    world.hold(lost);
    world.hold(held);
    world.lose_key(1);
    REQUIRE(await(world.forget.mark_due(world.day(2), go_on)).has_value());
    CHECK(world.state(lost) == "live");
    CHECK(world.state(due) == "purging");
    CHECK(world.one("select keep_key is not null from recording where id = '" + held.text() + "'") == "t");
}

TEST_CASE("More recordings than a page that cannot be rewrapped starve none behind them") {
    World world;
    for (int i = 0; i < 101; ++i) world.recording("lost-" + std::to_string(i), "consent", 0);
    const auto held = world.recording("held", "consent", 1);
    world.sql("update recording set kept_until = current_date + 100");
    world.lose_key(0);
    REQUIRE(await(world.forget.mark_due(world.day(1), go_on)).has_value());
    CHECK(world.one("select keep_key is not null from recording where id = '" + held.text() + "'") == "t");
}

TEST_CASE("An erasure that was cut off is announced by whoever finishes it") {
    World world;
    const auto id = world.recording("a");
    const auto log_id = world.log_id(id);
    auto& purge = world.services().catalogue.purge();
    REQUIRE(await(purge.mark_erasure(id, std::nullopt, "erasure", world.day(0), false, {std::byte{1}},
                                     world.services().deadline()))
                .has_value());
    REQUIRE(world.ledger(LedgerKind::kRecordingsErased).empty());
    REQUIRE(await(world.forget.finish_purging(go_on)).value().purged == 1);
    CHECK(world.state(id) == "gone");
    const auto announced = world.ledger(LedgerKind::kRecordingsErased);
    REQUIRE(announced.size() == 1);
    CHECK(announced[0].event.recordings == std::vector<policy::LogId>{log_id});
    CHECK(announced[0].event.references.size() == 1);
    CHECK(announced[0].event.ground == "erasure");
}

TEST_CASE("An erasure whose day key is gone is announced by its reference") {
    World world;
    const auto id = world.recording("a", "consent", 1);
    auto& purge = world.services().catalogue.purge();
    REQUIRE(await(purge.mark_erasure(id, std::nullopt, "erasure", world.day(0), false, {std::byte{1}},
                                     world.services().deadline()))
                .has_value());
    world.lose_key(1);
    REQUIRE(await(world.forget.finish_purging(go_on)).value().purged == 1);
    const auto announced = world.ledger(LedgerKind::kRecordingsErased);
    REQUIRE(announced.size() == 1);
    CHECK(announced[0].event.recordings.empty());
    CHECK(announced[0].event.references.size() == 1);
}

TEST_CASE("What is due is not announced one by one: its day key is") {
    World world;
    world.recording("a", "consent", 0);
    REQUIRE(await(world.forget.mark_due(world.day(0), go_on)).has_value());
    REQUIRE(await(world.forget.finish_purging(go_on)).value().purged == 1);
    CHECK(world.ledger(LedgerKind::kRecordingsErased).empty());
}

TEST_CASE("A hold that was released is announced; one whose release failed is not") {
    World world;
    const auto hold = world.hold(world.recording("a"));
    const auto asked = world.post(RightsWorld::kOlivia, hold + "/release", R"({"case":"c"})");
    REQUIRE(asked.status == 202);
    world.sql("alter table hold add constraint broken check (released_at is null)");
    CHECK(world.post(RightsWorld::kPeter, asked.location + "/approval").status >= 500);
    CHECK(world.ledger(LedgerKind::kHoldLifted).empty());
    world.sql("alter table hold drop constraint broken");
    CHECK(world.post(RightsWorld::kPeter, asked.location + "/approval").status == 200);
    CHECK(world.ledger(LedgerKind::kHoldLifted).size() == 1);
}

TEST_CASE("Of a batch only the recordings stay that the store holds, until it lets go; the others have their end") {
    World world;
    std::vector<policy::RecordingId> due;
    for (int i = 0; i < 7; ++i) due.push_back(world.recording("call-" + std::to_string(i), "consent", 0));
    REQUIRE(await(world.forget.mark_due(world.day(0), go_on)).has_value());
    tests::StoreFaults held;
    held.only_prefix = "recordings/" + due[3].text();
    held.remove_fails = policy::Code::kDenied;
    world.store().set(held);
    const auto first = await(world.forget.finish_purging(go_on)).value();
    CHECK(first.purged == 6);
    CHECK(first.stuck == 1);
    REQUIRE(first.why.has_value());
    CHECK(first.why->code == policy::Code::kDenied);
    for (std::size_t i = 0; i < due.size(); ++i) CHECK(world.state(due[i]) == (i == 3 ? "purging" : "gone"));
    CHECK(world.one("select count(*) from reference where purged_on is not null and recording_id = '" + due[3].text() +
                    "'") == "0");  // no certificate
    world.store().heal();
    const auto second = await(world.forget.finish_purging(go_on)).value();
    CHECK(second.purged == 1);
    CHECK_FALSE(second.why.has_value());
    CHECK(world.state(due[3]) == "gone");
}

TEST_CASE("A batch that is stuck keeps none of another ground, and what may pass is told before what is held") {
    World world;
    const auto held = world.recording("held", "consent", 0);
    const auto failing = world.recording("failing", "consent", 1);
    const auto erased = world.recording("erased", "consent", 2);
    REQUIRE(await(world.forget.mark_due(world.day(0), go_on)).has_value());
    auto& purge = world.services().catalogue.purge();
    for (const auto& [id, ground] : {std::pair(failing, "withdrawal"), std::pair(erased, "erasure")})
        REQUIRE(await(purge.mark_erasure(id, std::nullopt, ground, world.day(0), false, {std::byte{1}},
                                         world.services().deadline()))
                    .has_value());
    tests::StoreFaults faults;
    faults.only_prefix = "recordings/" + failing.text();
    faults.remove_fails = policy::Code::kUnavailable;
    world.store().set(faults);
    const auto finished = await(world.forget.finish_purging(go_on)).value();
    CHECK(finished.purged == 2);
    CHECK(finished.stuck == 1);
    CHECK(finished.why->code == policy::Code::kUnavailable);
    CHECK(world.state(held) == "gone");
    CHECK(world.state(failing) == "purging");
    CHECK(world.state(erased) == "gone");
}
