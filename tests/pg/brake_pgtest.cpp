// The purge's brake over a real database, vault and ledger: what stops it, and what it takes to go on (rule 18).
#include <array>
#include <catch2/catch.hpp>
#include <cstdint>
#include <memory>
#include <string>

#include "gateway/jobs/clock_watch.hpp"
#include "gateway/jobs/erase_worker.hpp"
#include "gateway/jobs/forget.hpp"
#include "gateway/jobs/propose_continue.hpp"
#include "gateway/jobs/purge_json.hpp"
#include "gateway/jobs/purge_requests.hpp"
#include "gateway/jobs/purge_run.hpp"
#include "gateway/recordings/erase_job.hpp"
#include "tests/pg/rights_world.hpp"

namespace {

using namespace std::chrono_literals;
using gateway::http::Method;
using tests::await;
using tests::Postgres;
using tests::RightsWorld;
using Run = storage::catalogue::RunRow;
namespace jobs = gateway::jobs;

constexpr auto kBoot = 7;

storage::catalogue::BootId boot(int n) {
    std::array<std::uint8_t, 16> bytes{};
    bytes.back() = static_cast<std::uint8_t>(n);
    return storage::catalogue::BootId(bytes);
}

policy::BrakeLimits limits() {
    policy::BrakeLimits out;
    out.always_fine = 2;
    return out;
}

/// One gateway's life over the world. Ends with the object, as by kill -9.
class Life {
  public:
    explicit Life(RightsWorld& world, int on_boot = kBoot)
        : forget_(world.services(), world.plays(), world.services().ledger),
          watch(world.services(), boot(on_boot), limits()),
          purge(world.services(), forget_, watch, {0min, limits()}) {
        await(watch.step()).value();
    }

  private:
    jobs::Forget forget_;

  public:
    jobs::ClockWatch watch;
    jobs::PurgeRun purge;
};

class World : public RightsWorld {
  public:
    World() {
        serve(Method::kPost, "/v1/purge-runs/continue", [this](auto& r) { return continue_.handle(r); });
        serve(Method::kPost, "/v1/purge-runs", [this](auto& r) { return requests_.run(r); });
    }

    void due(int count, int since_days = 0) {
        for (int i = 0; i < count; ++i) recording("call-" + std::to_string(made_++), "consent", -since_days);
    }
    /// What the gateway that runs now makes of the purge.
    void purge() { await(life->purge.step()).value(); }
    void restart(int on_boot = kBoot) { life = std::make_unique<Life>(*this, on_boot); }

    Run newest() { return await(services().catalogue.purge().runs(1, services().deadline())).value().at(0); }
    std::string living() { return one("select count(*) from recording where state = 'live'"); }
    std::string runs() { return one("select count(*) from purge_run"); }

    std::string propose(uid_t who = kOlivia) {
        const auto answer = post(who, "/v1/purge-runs/continue", R"({"case":"case-1"})");
        INFO(answer.body);
        REQUIRE(answer.status == 202);
        return answer.location;
    }
    unsigned approve(const std::string& proposal, uid_t who = kPeter) {
        return post(who, proposal + "/approval").status;
    }

    /// The clock was set by six minutes; two people continue the purge that this stopped.
    void continue_past_a_jump() {
        clock().set_by(6min);
        restart();
        purge();
        REQUIRE(approve(propose()) == 200);
    }

    std::unique_ptr<Life> life = std::make_unique<Life>(*this);

  private:
    int made_ = 0;
    jobs::ProposeContinue continue_{services()};
    jobs::PurgeRequests requests_{services(), life->purge};
};

}  // namespace

TEST_CASE("A run of more than three times the largest stops, and destroys nothing") {
    World world;
    world.due(3);
    world.purge();
    CHECK(world.newest().state == "stopped");
    CHECK(world.newest().reason == "too-many");
    CHECK(world.newest().due == 3);
    CHECK(world.living() == "3");
    CHECK(world.one("select count(*) from day_key where destroyed_at is not null") == "0");
}

TEST_CASE("A stopped purge stays stopped: on the next day, after a restart, and whoever asks for a run") {
    World world;
    world.due(3);
    world.purge();
    const auto stopped = world.newest().id;
    Postgres::shared().query(world.database(),
                             "update purge_run set day = day - 1, queued_at = queued_at - interval '1 day'");
    world.restart();
    world.purge();
    CHECK(world.runs() == "1");
    CHECK(world.post(RightsWorld::kOlivia, "/v1/purge-runs").status == 409);
    CHECK(world.post(RightsWorld::kAdmin, "/v1/purge-runs").status == 409);
    CHECK(world.newest().id == stopped);
    CHECK(world.living() == "3");
}

TEST_CASE("Two people continue a stopped purge; one alone does not") {
    World world;
    world.due(3);
    world.purge();
    const auto proposal = world.propose();
    CHECK(world.post(RightsWorld::kPeter, "/v1/purge-runs/continue", R"({"case":"case-2"})").status == 409);
    CHECK(world.approve(proposal, RightsWorld::kOlivia) == 403);
    world.purge();
    CHECK(world.living() == "3");
    CHECK(world.approve(proposal) == 200);
    CHECK(world.newest().state == "queued");
    world.purge();
    CHECK(world.newest().state == "done");
    CHECK(world.newest().purged == 3);
    REQUIRE(world.newest().accepted);
    CHECK(world.newest().accepted->reasons == "too-many");
    CHECK(world.newest().accepted->due == 3);
    CHECK(world.living() == "0");
}

TEST_CASE("A continued run that was killed goes on as continued") {
    World world;
    world.due(3);
    world.purge();
    REQUIRE(world.approve(world.propose()) == 200);
    Postgres::shared().query(world.database(), "update purge_run set state = 'running', started_at = now()");
    world.restart();
    world.purge();
    CHECK(world.newest().state == "done");
    CHECK(world.living() == "0");
}

TEST_CASE("What became due after two people's word is judged anew, and takes two people anew") {
    World world;
    world.due(3);
    world.purge();
    const auto first = world.propose();
    world.due(3);
    REQUIRE(world.approve(first) == 200);
    world.purge();
    CHECK(world.newest().state == "stopped");
    CHECK(world.newest().due == 6);
    CHECK(world.living() == "6");
    CHECK(world.approve(first) == 200);  // the answer of before; it queues nothing
    CHECK(world.newest().state == "stopped");
    REQUIRE(world.approve(world.propose()) == 200);
    world.purge();
    CHECK(world.living() == "0");
}

TEST_CASE("Two people's word covers the calls that they saw: once those are gone it covers no others") {
    World world;
    world.due(3);
    world.purge();
    REQUIRE(world.approve(world.propose()) == 200);
    world.purge();
    REQUIRE(world.living() == "0");
    Postgres::shared().query(world.database(), "update purge_run set state = 'failed'");
    world.due(30, 1);
    world.purge();
    CHECK(world.newest().state == "stopped");
    CHECK(world.living() == "30");
}

TEST_CASE("Two people's word about a clock covers one jump") {
    World world;
    world.due(1);
    world.continue_past_a_jump();
    world.purge();  // accepts the clock
    CHECK(world.newest().accepted->reasons == "database-clock");
    Postgres::shared().query(world.database(), "update purge_run set state = 'failed'");
    world.clock().set_by(12min);
    world.restart();
    world.purge();
    CHECK(world.newest().state == "stopped");
    CHECK(world.living() == "1");
}

TEST_CASE("Two people's word about clocks holds for a day") {
    World world;
    world.due(1);
    world.continue_past_a_jump();
    Postgres::shared().query(world.database(), "update purge_run set accepted_at = accepted_at - interval '25 hours'");
    world.purge();
    CHECK(world.newest().state == "stopped");
    CHECK(world.living() == "1");
}

TEST_CASE("By a clock that was set no statutory class is over; what nothing keeps is erased all the same") {
    World world;
    const auto statutory = world.recording("a");
    const auto plain = world.recording("b");
    const auto tomorrow = policy::text(world.day(1));
    Postgres::shared().query(
        world.database(), "update recording set kept_until = '" + tomorrow + "' where id = '" + statutory.text() + "'");
    const auto erase = [&world](policy::RecordingId id) {
        std::vector<storage::catalogue::NewJob> jobs{gateway::recordings::erase_job(id, "erasure", 0ms)};
        await(world.services().catalogue.jobs().enqueue(std::move(jobs), world.services().deadline())).value();
        jobs::Forget forget(world.services(), world.plays(), world.services().ledger);
        jobs::EraseWorker worker(world.services(), forget, world.life->watch);
        await(worker.step()).value();
    };
    world.clock().set_by(48h);
    world.restart();
    erase(statutory);
    erase(plain);
    CHECK(world.living() == "1");
    CHECK(world.one("select id from recording where state = 'live'") ==
          world.one("select id from recording where kept_until is not null"));
}

TEST_CASE("An approval is for the stop that its proposer saw") {
    World world;
    world.due(3);
    world.purge();
    const auto proposal = world.propose();
    Postgres::shared().query(world.database(), "update purge_run set reason = 'clock-moved-forward,too-many'");
    CHECK(world.approve(proposal) == 409);
    CHECK(world.newest().state == "stopped");
    world.purge();
    CHECK(world.living() == "3");
}

TEST_CASE("A clock that was set while no gateway ran stops the purge and moves no mark") {
    for (const auto shift : {6min, -6min}) {
        World world;
        world.due(1);
        const auto mark = world.one("select high_water from clock_mark");
        world.clock().set_by(shift);
        world.restart();
        world.purge();
        CHECK(world.newest().state == "stopped");
        const std::string jump = shift > 0min ? "clock-moved-forward" : "clock-moved-back";
        CHECK(world.newest().reason == jump + ",database-clock");
        CHECK(world.one("select high_water from clock_mark") == mark);
        CHECK(world.one("select count(*) from audit_entry where convert_from(bytes, 'UTF8') like '%clock.jump%'") ==
              "1");
        CHECK(world.living() == "1");
    }
}

TEST_CASE("Two people who continue a purge that a clock stopped accept the present time") {
    World world;
    world.due(1);
    world.clock().set_by(-6min);
    world.restart();
    world.purge();
    REQUIRE(world.approve(world.propose()) == 200);
    world.purge();  // accepts the clock
    world.purge();
    CHECK(world.newest().state == "done");
    CHECK(world.living() == "0");
    CHECK(world.one("select high_water < now() - interval '5 minutes' from clock_mark") == "t");
    world.clock().set_by(-13min);
    world.restart();
    CHECK(policy::clock_jump(await(world.life->watch.clocks()).value()));
}

TEST_CASE("After a boot a silence of over a day stops the purge, and a shorter one does not") {
    for (const std::string silence : {"23 hours", "25 hours"}) {
        World world;
        world.due(1);
        Postgres::shared().query(world.database(),
                                 "update clock_mark set high_water = now() - interval '" + silence + "'");
        world.restart(kBoot + 1);
        world.purge();
        CHECK(world.newest().state == (silence == "23 hours" ? "done" : "stopped"));
        CHECK(world.newest().reason == (silence == "23 hours" ? "" : "long-silence"));
    }
}

TEST_CASE("The first start of a deployment has nothing to compare with") {
    World world;
    Postgres::shared().query(world.database(), "update clock_mark set high_water = null");
    Postgres::shared().query(world.database(), "delete from clock_seen");
    world.restart();
    CHECK_FALSE(policy::clock_jump(await(world.life->watch.clocks()).value()));
    CHECK(world.one("select high_water is null from clock_mark") == "f");
}

TEST_CASE("Whoever asks for a run while one is unfinished gets that one") {
    World world;
    world.due(1);
    const auto asked = world.post(RightsWorld::kAdmin, "/v1/purge-runs");
    CHECK(asked.status == 202);
    CHECK(world.post(RightsWorld::kOlivia, "/v1/purge-runs").location == asked.location);
    CHECK(world.one(
              "select count(*) from audit_entry where convert_from(bytes, 'UTF8') like '%\"purge.start\"%permit%'") ==
          "2");
    world.purge();
    CHECK(world.newest().state == "done");
    CHECK("/v1/purge-runs/" + world.newest().id.text() == asked.location);
    const auto again = world.post(RightsWorld::kOlivia, "/v1/purge-runs");
    CHECK(again.status == 202);
    CHECK(again.location != asked.location);
}

TEST_CASE("A run whose rest the store holds says so, waits an hour, and ends by itself when the store lets go") {
    World world;
    const auto free = world.recording("free", "consent", 0);
    const auto held = world.recording("held", "consent", 0);
    tests::StoreFaults faults;
    faults.only_prefix = "recordings/" + held.text();
    faults.remove_fails = policy::Code::kDenied;
    world.store().set(faults);
    world.purge();
    const auto first = world.newest();
    CHECK(first.state == "failed");
    CHECK(first.reason == "held_by_store");
    CHECK(first.purged == 1);
    const auto told = jobs::run_json(first, world.day(0));
    CHECK(told.at("state") == "failed");
    CHECK(told.at("held_by_store") == true);
    CHECK(told.at("failed") == 1);
    CHECK(world.one("select count(*) from recording where state = 'purging'") == "1");
    CHECK(world.one("select count(*) from day_key where destroyed_at is null and purge_date <= current_date") == "0");
    world.store().heal();
    world.purge();  // within the hour: not asked again
    CHECK(world.newest().state == "failed");
    Postgres::shared().query(world.database(), "update purge_run set finished_at = finished_at - interval '1 hour'");
    world.purge();
    CHECK(world.newest().id == first.id);
    CHECK(world.newest().state == "done");
    CHECK(world.newest().purged == 2);
    CHECK(world.one("select count(*) from recording where id in ('" + free.text() + "', '" + held.text() + "')") ==
          "0");
}
