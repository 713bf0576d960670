#include <catch2/catch.hpp>

#include "gateway/observe/system_clock.hpp"
#include "policy/retention.hpp"
#include "tests/unit/policy/push.hpp"

/// policy takes local days; gateway/observe makes them of instants. Here the two meet, in Amsterdam, where the clock
/// moves on the last Sundays of March and October.
namespace {

using namespace std::chrono_literals;
using policy::add_days;
using policy::text;
using tests::at;
using tests::day;

const gateway::observe::Clock& amsterdam() {
    static const auto clock = gateway::observe::SystemClock::create("Europe/Amsterdam").value();
    return *clock;
}

policy::Date gone_on(policy::Instant started_at) {
    const auto recorded_on = amsterdam().local_date(started_at);
    return purge_date(recorded_on, recorded_on, {policy::Purpose::kQuality}, nullptr, policy::shipped_profile("NL"), {})
        .date;
}

TEST_CASE("A call belongs to the local day on which it started: a millisecond before midnight it goes a day earlier") {
    struct Row {
        const char* midnight;  // local, as UTC
        const char* before;
        const char* after;
    };
    const Row rows[] = {
        {"2026-06-14T22:00:00Z", "2026-09-14", "2026-09-15"},  // summer time
        {"2026-12-14T23:00:00Z", "2027-03-14", "2027-03-15"},  // winter time
        {"2026-03-28T23:00:00Z", "2026-06-28", "2026-06-29"},  // the day of 23 hours begins
        {"2026-03-29T22:00:00Z", "2026-06-29", "2026-06-30"},  // ... and ends
        {"2026-10-24T22:00:00Z", "2027-01-24", "2027-01-25"},  // the day of 25 hours begins
        {"2026-10-25T23:00:00Z", "2027-01-25", "2027-01-26"},  // ... and ends
        {"2027-11-28T23:00:00Z", "2028-02-28", "2028-02-29"},  // into a leap day
        {"2027-11-30T23:00:00Z", "2028-02-29", "2028-03-01"},  // clamped to it
    };
    for (const Row& row : rows) {
        CAPTURE(row.midnight);
        CHECK(gone_on(at(row.midnight) - 1ms) == day(row.before));
        CHECK(gone_on(at(row.midnight)) == day(row.after));
    }
}

TEST_CASE("The hour that comes twice, and the hour that is skipped, lie on the day of the change") {
    for (const char* instant : {"2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"}) {
        CHECK(gone_on(at(instant)) == day("2027-01-25"));
    }
    CHECK(gone_on(at("2026-03-29T00:59:59.999Z")) == day("2026-06-29"));
    CHECK(gone_on(at("2026-03-29T01:00:00Z")) == day("2026-06-29"));
}

TEST_CASE("On every local midnight of nine years the calls on its two sides go on the days of their own dates") {
    for (const auto& date : tests::every_day()) {
        const auto midnight = amsterdam().start_of(date.date());
        const auto expected = date.plus_months(3).date();
        const auto eve = add_days(date.date(), -1);
        if (gone_on(midnight) != expected || gone_on(midnight - 1ms) != policy::add_months(eve, 3)) {
            FAIL(text(date.date()));
        }
    }
}

TEST_CASE(
    "Rule 14: on the day it is due a recording goes at the first moment of the local day, whatever its hour was") {
    const auto recorded = at("2026-03-28T22:59:59.999Z");  // the last moment of the 28th, in winter time
    const auto due = gone_on(recorded);
    REQUIRE(due == day("2026-06-28"));
    policy::KeepFacts facts;
    facts.purge_date = due;
    const auto on = [&](policy::Instant now) { return keep_or_erase(facts, amsterdam().local_date(now)).verdict; };
    CHECK(on(at("2026-06-27T21:59:59.999Z")) == policy::Verdict::kKeep);
    CHECK(on(at("2026-06-27T22:00:00Z")) == policy::Verdict::kErase);
}

}  // namespace
