#include "policy/period.hpp"

#include <catch2/catch.hpp>

namespace {

using policy::parse_period;
using policy::Period;

TEST_CASE("Rule 11: the default is three months and the longest without a statutory class six") {
    CHECK(policy::kDefaultRetention == Period{3});
    CHECK(policy::kLongestOrdinary == Period{6});
}

TEST_CASE("Every period from one month to thirty years reads back from its text") {
    for (int months = 1; months <= 360; ++months) CHECK(parse_period(text(Period{months})) == Period{months});
    CHECK(text(Period{3}) == "P3M");
    CHECK(text(Period{60}) == "P5Y");
    CHECK(text(Period{18}) == "P1Y6M");
    CHECK(parse_period("P18M") == Period{18});
}

TEST_CASE("A period has years and months and nothing else") {
    for (const char* bad :
         {"",     "P",    "PM",   "P0M",   "P0Y",  "P90D",  "P1W",   "P1M2D", "PT1M",   "p3m",    "3M",   "P3",
          "P-3M", "P03M", "P3M ", "P6M1Y", "P31Y", "P361M", "P1Y0M", "P1.5Y", "P9999M", "P30Y1M", "P1Y1Y"}) {
        CAPTURE(bad);
        CHECK_FALSE(parse_period(bad));
    }
}

TEST_CASE("A period in words counts years where they are whole") {
    CHECK(words(Period{1}) == "1 month");
    CHECK(words(Period{3}) == "3 months");
    CHECK(words(Period{12}) == "1 year");
    CHECK(words(Period{84}) == "7 years");
    CHECK(words(Period{18}) == "18 months");
}

}  // namespace
