#include "gateway/observe/system_clock.hpp"

#include <catch2/catch.hpp>

#include "tests/support/print_result.hpp"

namespace {

using gateway::observe::SystemClock;
using std::chrono::milliseconds;

policy::Instant at(std::string_view text) {
    return policy::parse_instant(text).value();
}
policy::Date day(std::string_view text) {
    return policy::parse_date(text).value();
}

TEST_CASE("A day begins at local midnight, in summer and in winter") {
    const auto clock = SystemClock::create("Europe/Amsterdam").value();
    REQUIRE(clock->start_of(day("2026-07-01")) == at("2026-06-30T22:00:00Z"));
    REQUIRE(clock->start_of(day("2026-12-01")) == at("2026-11-30T23:00:00Z"));
    REQUIRE(clock->local_date(at("2026-06-30T21:59:59.999Z")) == day("2026-06-30"));
    REQUIRE(clock->local_date(at("2026-06-30T22:00:00Z")) == day("2026-07-01"));
}

TEST_CASE("The days of the changes have 23 and 25 hours") {
    const auto clock = SystemClock::create("Europe/Amsterdam").value();
    const auto length = [&](std::string_view date) {
        return clock->start_of(policy::add_days(day(date), 1)) - clock->start_of(day(date));
    };
    REQUIRE(length("2026-03-29") == std::chrono::hours(23));
    REQUIRE(length("2026-10-25") == std::chrono::hours(25));
    REQUIRE(length("2026-10-26") == std::chrono::hours(24));
    REQUIRE(clock->local_date(at("2026-10-25T00:59:59Z")) == day("2026-10-25"));
    REQUIRE(clock->local_date(at("2026-10-25T22:59:59.999Z")) == day("2026-10-25"));
    REQUIRE(clock->local_date(at("2026-10-25T23:00:00Z")) == day("2026-10-26"));
}

TEST_CASE("A midnight that the zone skips, and one that comes twice, begin the day at its first moment") {
    const auto santiago = SystemClock::create("America/Santiago").value();  // 2026-09-06 begins at 01:00
    REQUIRE(santiago->start_of(day("2026-09-06")) == at("2026-09-06T04:00:00Z"));
    const auto havana = SystemClock::create("America/Havana").value();  // 2026-11-01 has midnight twice
    REQUIRE(havana->start_of(day("2026-11-01")) == at("2026-11-01T04:00:00Z"));
}

TEST_CASE("Every day of nine years starts where the day before ends, in every kind of zone") {
    for (const auto* zone : {"Europe/Amsterdam", "Europe/Dublin", "Atlantic/Azores", "America/Martinique",
                             "Indian/Reunion", "America/Havana", "America/Santiago", "UTC", "Pacific/Chatham"}) {
        INFO(zone);
        const auto clock = SystemClock::create(zone).value();
        for (auto date = day("2024-01-01"); date < day("2033-01-01"); date = policy::add_days(date, 1)) {
            const auto start = clock->start_of(date);
            if (clock->local_date(start) != date ||
                clock->local_date(start - milliseconds(1)) != policy::add_days(date, -1)) {
                FAIL(policy::text(date));
            }
        }
    }
}

TEST_CASE("A zone that does not exist is told by name, and now is now") {
    const auto none = SystemClock::create("Europe/Atlantis");
    REQUIRE(none.error().code == policy::Code::kInvalid);
    REQUIRE(none.error().what.find("Europe/Atlantis") != std::string::npos);
    const auto clock = SystemClock::create("UTC").value();
    const auto before = std::chrono::system_clock::now();
    REQUIRE(clock->now() >= before - milliseconds(2));
    REQUIRE(clock->now() <= std::chrono::system_clock::now());
}

}  // namespace
