#include "gateway/jobs/purge_json.hpp"

#include <catch2/catch.hpp>
#include <string>

namespace {

using gateway::jobs::preview_json;
using gateway::jobs::run_json;
using storage::catalogue::RunRow;

const policy::Date kToday = *policy::parse_date("2026-11-24");

RunRow run(std::string state, std::string reason = "") {
    RunRow out;
    out.day = kToday;
    out.queued_at = *policy::parse_instant("2026-11-24T03:00:00Z");
    out.started_at = out.queued_at;
    out.state = std::move(state);
    out.reason = std::move(reason);
    out.due = 7;
    out.purged = 5;
    out.kept = 2;
    return out;
}

}  // namespace

TEST_CASE("A run that the brake stopped says why in the words of the API, each once") {
    const auto brake = [](std::string reason) {
        return run_json(run("stopped", std::move(reason)), kToday).at("brake");
    };
    CHECK(brake("too-many") == boost::json::array{"too_many"});
    CHECK(brake("clock-moved-back") == boost::json::array{"clock_jump"});
    CHECK(brake("long-silence,store-clock,database-clock,too-many") ==
          boost::json::array{"clock_jump", "clocks_disagree", "too_many"});
    CHECK(run_json(run("done"), kToday).count("brake") == 0);
    CHECK(run_json(run("failed", "unavailable"), kToday).count("brake") == 0);
}

TEST_CASE("A run that two people continued says what they accepted") {
    auto continued = run("running");
    CHECK(run_json(continued, kToday).count("accepted") == 0);
    continued.accepted = storage::catalogue::AcceptedStop{"too-many", 200};
    CHECK(run_json(continued, kToday).at("accepted") == boost::json::array{"too_many"});
}

TEST_CASE("A failed run that will be tried again still runs") {
    const auto tomorrow = policy::add_days(kToday, 1);
    CHECK(run_json(run("failed"), kToday).at("state") == "running");
    CHECK(run_json(run("failed"), tomorrow).at("state") == "failed");
    CHECK(run_json(run("failed"), tomorrow).at("failed") == 2);
    CHECK(run_json(run("done"), kToday).at("state") == "done");
    CHECK(run_json(run("done"), kToday).at("failed") == 0);
    auto continued = run("failed");
    continued.accepted = storage::catalogue::AcceptedStop{"too-many", 200};
    CHECK(run_json(continued, tomorrow).at("state") == "running");
}

TEST_CASE("A run that no gateway has begun has no start") {
    auto queued = run("queued");
    queued.started_at.reset();
    const auto out = run_json(queued, kToday);
    CHECK(out.at("state") == "queued");
    CHECK(out.at("queued_at") == "2026-11-24T03:00:00.000Z");
    CHECK(out.count("started_at") == 0);
}

TEST_CASE("A preview counts by age and names what is kept, by rule, and nothing that keeps none") {
    storage::catalogue::DueSummary due;
    due.kept_by_hold = 2;
    due.kept_by_restriction = 1;
    due.kept_by_class = 4;
    const auto out =
        preview_json(kToday, due, {{3, 10, 1000}, {4, 1, 50}}, {{{policy::BrakeReason::kTooMany, "Many."}}});
    CHECK(out.at("count") == 11);
    CHECK(out.at("bytes") == 1050);
    CHECK(out.at("brake") == boost::json::array{"too_many"});
    CHECK(out.at("age_histogram").as_array().size() == 2);
    const auto& kept = out.at("kept").as_array();
    REQUIRE(kept.size() == 3);
    CHECK(kept.at(0).at("rule").at("id") == "keep.hold");
    CHECK(kept.at(1).at("rule").at("id") == "keep.restriction");
    CHECK(kept.at(2).at("rule").at("id") == "keep.statutory");
    CHECK(kept.at(2).at("count") == 4);
    const auto nothing = preview_json(kToday, {}, {}, {});
    CHECK(nothing.at("count") == 0);
    CHECK(nothing.at("kept").as_array().empty());
    CHECK(nothing.count("brake") == 0);
}
