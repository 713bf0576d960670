#include "policy/time.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/policy/dates.hpp"

namespace {

using policy::add_days;
using policy::add_months;
using policy::parse_date;
using policy::parse_instant;
using policy::text;
using tests::at;
using tests::day;

TEST_CASE("Months are added on the calendar: on every date, for every length up to seven years") {
    for (const auto& date : tests::every_day()) {
        for (const int months : {0, 1, 2, 3, 6, 11, 12, 60, 84}) {
            if (add_months(date.date(), months) != date.plus_months(months).date()) {
                FAIL(text(date.date()) << " + " << months);
            }
        }
    }
}

TEST_CASE("Days are added and taken away across months and years, and every date reads back from its text") {
    auto date = day("2024-01-01");
    for (const auto& expected : tests::every_day()) {
        if (date != expected.date() || parse_date(text(date)) != date) FAIL(text(expected.date()));
        if (add_days(add_days(date, 1), -1) != date) FAIL(text(date));
        date = add_days(date, 1);
    }
    CHECK(date == day("2033-01-01"));
}

TEST_CASE("A date is YYYY-MM-DD of a day that exists") {
    for (const char* bad : {"2026-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "2026-4-01", "20260401", "",
                            "2026-04-01 ", " 2026-04-01", "2026-04-01T", "2100-02-29", "-026-04-01"}) {
        CAPTURE(bad);
        CHECK_FALSE(parse_date(bad));
    }
    CHECK(parse_date("2028-02-29"));
    CHECK(parse_date("2000-02-29"));
}

TEST_CASE("A moment is RFC 3339 with an offset, cut to milliseconds") {
    CHECK(text(at("2026-03-10T09:00:00Z")) == "2026-03-10T09:00:00.000Z");
    CHECK(text(at("2026-03-10t09:00:00.1z")) == "2026-03-10T09:00:00.100Z");
    CHECK(text(at("2026-03-10T09:00:00.123456789Z")) == "2026-03-10T09:00:00.123Z");
    CHECK(text(at("2026-03-10T00:30:00+01:00")) == "2026-03-09T23:30:00.000Z");
    CHECK(text(at("2026-12-31T23:30:00-05:30")) == "2027-01-01T05:00:00.000Z");
    CHECK(at("2026-03-10T09:00:00-00:00") == at("2026-03-10T09:00:00Z"));
}

TEST_CASE("What is no RFC 3339 moment is refused") {
    for (const char* bad :
         {"2026-03-10T09:00:00", "2026-03-10 09:00:00Z", "2026-03-10T24:00:00Z", "2026-03-10T09:60:00Z",
          "2026-03-10T09:00:60Z", "2026-03-10T09:00Z", "2026-03-10T09:00:00.Z", "2026-03-10T09:00:00.1234567890Z",
          "2026-03-10T09:00:00+24:00", "2026-03-10T09:00:00+01:60", "2026-03-10T09:00:00+0100", "2026-02-30T09:00:00Z",
          "2026-03-10T09:00:00Zx", "1773133200", "", "2026-03-10T09:00:00,5Z"}) {
        CAPTURE(bad);
        CHECK_FALSE(parse_instant(bad));
    }
}

TEST_CASE("Moments before 1970 read and print the same") {
    CHECK(text(at("1969-12-31T23:59:59.999Z")) == "1969-12-31T23:59:59.999Z");
}

}  // namespace
