#include "policy/brake.hpp"

#include <catch2/catch.hpp>
#include <limits>
#include <string>
#include <vector>

#include "tests/unit/policy/dates.hpp"

namespace {

using namespace std::chrono_literals;
using policy::brake;
using policy::Clocks;
using tests::at;
using History = std::vector<std::size_t>;

const policy::Instant kNow = at("2026-03-10T02:00:00Z");

/// Clocks that agree: a day passed since the last mark, by every one of them.
Clocks agreeing() {
    return {kNow, kNow - 24h, std::chrono::milliseconds{0}, kNow, kNow};
}

std::vector<std::string> reasons(const History& history, std::size_t due, const Clocks& clocks = agreeing()) {
    std::vector<std::string> out;
    for (const auto& finding : brake(history, due, clocks).findings) {
        CHECK(finding.sentence.size() > 20);
        CHECK(finding.sentence.ends_with('.'));
        out.emplace_back(text(finding.reason));
    }
    return out;
}

std::vector<std::string> clock_reasons(const Clocks& clocks) {
    return reasons({50}, 10, clocks);
}

const std::vector<std::string> kGo{};
const std::vector<std::string> kTooMany{"too-many"};

TEST_CASE("Rule 18: a run is too large above three times the largest of the last runs") {
    CHECK(reasons({200, 50}, 600) == kGo);
    CHECK(reasons({200, 50}, 601) == kTooMany);
    CHECK(reasons({50, 200}, 601) == kTooMany);
    CHECK(reasons({34}, 102) == kGo);
    CHECK(reasons({34}, 103) == kTooMany);
}

TEST_CASE("Rule 18: a run of at most 100 calls is never too large") {
    CHECK(reasons({1}, 100) == kGo);
    CHECK(reasons({1}, 101) == kTooMany);
    CHECK(reasons({}, 100) == kGo);
    CHECK(reasons({0, 0}, 101) == kTooMany);
    CHECK(reasons({}, 0) == kGo);
}

TEST_CASE("Rule 18: only the last 14 runs count") {
    History history(14, 100);
    history.insert(history.begin(), 100'000);
    CHECK(reasons(history, 301) == kTooMany);
    history.erase(history.begin() + 1);
    CHECK(reasons(history, 301) == kGo);
}

TEST_CASE("Without a history everything above 100 calls stops") {
    CHECK(reasons({}, 101) == kTooMany);
    const auto verdict = brake({}, 101, agreeing());
    REQUIRE(verdict.stop());
    CHECK_THAT(verdict.findings.front().sentence, Catch::Contains("101") && Catch::Contains("14 runs"));
}

TEST_CASE("Counts as large as a number can be do not overflow") {
    constexpr auto kMost = std::numeric_limits<std::size_t>::max();
    CHECK(reasons({kMost}, kMost) == kGo);
    CHECK(reasons({kMost / 3 - 1}, kMost) == kTooMany);
    CHECK(reasons({kMost / 2}, kMost) == kGo);
}

TEST_CASE("Rule 18: clocks that agree let the purge run, within five minutes either way") {
    CHECK(clock_reasons(agreeing()) == kGo);
    for (const auto off : {-5min, 5min}) {
        auto clocks = agreeing();
        clocks.drift = off;
        clocks.database += off;
        *clocks.store += off;
        CHECK(clock_reasons(clocks) == kGo);
    }
}

TEST_CASE("Rule 18: a clock that was set forward by more than five minutes stops the purge") {
    auto clocks = agreeing();
    clocks.drift = 5min + 1ms;
    CHECK(clock_reasons(clocks) == std::vector<std::string>{"clock-moved-forward"});
}

TEST_CASE("Rule 18: a clock that was set back by more than five minutes stops the purge") {
    auto clocks = agreeing();
    clocks.drift = -5min - 1ms;
    CHECK(clock_reasons(clocks) == std::vector<std::string>{"clock-moved-back"});
}

TEST_CASE("Rule 18: after a boot a clock behind the last recorded time stops the purge") {
    auto clocks = agreeing();
    clocks.drift.reset();
    clocks.high_water = kNow + 5min;
    CHECK(clock_reasons(clocks) == kGo);
    clocks.high_water = kNow + 5min + 1ms;
    CHECK(clock_reasons(clocks) == std::vector<std::string>{"clock-moved-back"});
}

TEST_CASE("Rule 18: after a boot a silence up to a day is down time, and a longer one stops the purge") {
    auto clocks = agreeing();
    clocks.drift.reset();
    clocks.high_water = kNow - 24h;
    CHECK(clock_reasons(clocks) == kGo);
    clocks.high_water = kNow - 24h - 1ms;
    CHECK(clock_reasons(clocks) == std::vector<std::string>{"long-silence"});
}

TEST_CASE("A month that this machine watched pass is no silence") {
    auto clocks = agreeing();
    clocks.high_water = kNow - 30 * 24h;
    CHECK(clock_reasons(clocks) == kGo);
}

TEST_CASE("Before the first run there is no mark to compare with") {
    auto clocks = agreeing();
    clocks.high_water.reset();
    clocks.drift.reset();
    CHECK(clock_reasons(clocks) == kGo);
}

TEST_CASE("Rule 18: database and store each disagree by themselves, early or late") {
    for (const auto off : {5min + 1ms, -5min - 1ms}) {
        auto clocks = agreeing();
        clocks.database += off;
        CHECK(clock_reasons(clocks) == std::vector<std::string>{"database-clock"});
        clocks = agreeing();
        *clocks.store += off;
        CHECK(clock_reasons(clocks) == std::vector<std::string>{"store-clock"});
    }
}

TEST_CASE("What two people accepted stops no more; what they did not see still does") {
    auto clocks = agreeing();
    clocks.drift = 1h;
    const auto stopped = brake(History{10}, 1000, clocks);
    CHECK(policy::text(stopped.reasons()) == "clock-moved-forward,too-many");
    const policy::Accepted accepted{stopped.reasons(), 1000};
    CHECK_FALSE(brake(History{10}, 1000, clocks, {}, accepted).stop());
    CHECK_FALSE(brake(History{10}, 1100, clocks, {}, accepted).stop());
    CHECK(policy::text(brake(History{10}, 1101, clocks, {}, accepted).reasons()) == "too-many");
    CHECK_FALSE(brake(History{10}, 5, clocks, {}, accepted).stop());
    clocks.database += 1h;
    CHECK(policy::text(brake(History{10}, 1000, clocks, {}, accepted).reasons()) == "database-clock");
    clocks.drift = -1h;
    CHECK(policy::text(brake(History{10}, 1000, clocks, {}, accepted).reasons()) == "clock-moved-back,database-clock");
}

TEST_CASE("Reasons survive being written down") {
    const std::vector<policy::BrakeReason> all{
        policy::BrakeReason::kTooMany,           policy::BrakeReason::kClockMovedBack,
        policy::BrakeReason::kClockMovedForward, policy::BrakeReason::kLongSilence,
        policy::BrakeReason::kDatabaseClock,     policy::BrakeReason::kStoreClock};
    CHECK(policy::brake_reasons(policy::text(all)) == all);
    CHECK(policy::brake_reasons("").empty());
    CHECK(policy::brake_reasons("unavailable").empty());
    CHECK(policy::brake_reasons(",too-many,,no") == std::vector{policy::BrakeReason::kTooMany});
}

TEST_CASE("A store that tells no time is not compared") {
    auto clocks = agreeing();
    clocks.store.reset();
    CHECK(clock_reasons(clocks) == kGo);
}

TEST_CASE("Everything that stops a purge is named at once") {
    Clocks clocks{kNow, kNow - 24h, std::chrono::milliseconds{1h}, kNow - 23h, kNow - 22h};
    CHECK(reasons({1}, 1000, clocks) ==
          std::vector<std::string>{"clock-moved-forward", "database-clock", "store-clock", "too-many"});
}

TEST_CASE("Rule 18: a stopped purge that nobody answered for 24 hours alarms") {
    CHECK_FALSE(policy::stop_unanswered(kNow, kNow + 24h - 1ms));
    CHECK(policy::stop_unanswered(kNow, kNow + 24h));
}

}  // namespace
