#include "gateway/recordings/served_ranges.hpp"

#include <catch2/catch.hpp>
#include <random>
#include <set>

namespace {

using gateway::recordings::add_range;
using gateway::recordings::kMaxServedRanges;
using gateway::recordings::ServedRanges;
using gateway::recordings::total;

TEST_CASE("Ranges that touch or overlap become one") {
    ServedRanges ranges;
    add_range(ranges, 10, 20);
    add_range(ranges, 30, 40);
    add_range(ranges, 20, 25);
    REQUIRE(ranges == ServedRanges{{10, 25}, {30, 40}});
    add_range(ranges, 12, 15);
    REQUIRE(ranges == ServedRanges{{10, 25}, {30, 40}});
    add_range(ranges, 5, 35);
    REQUIRE(ranges == ServedRanges{{5, 40}});
    add_range(ranges, 0, 5);
    REQUIRE(total(ranges) == 40);
}

TEST_CASE("An empty range adds nothing") {
    ServedRanges ranges;
    add_range(ranges, 5, 5);
    add_range(ranges, 7, 3);
    REQUIRE(ranges.empty());
    REQUIRE(total(ranges) == 0);
}

TEST_CASE("Any order of any ranges gives exactly their union") {
    std::mt19937 random(20261124);
    for (int round = 0; round < 300; ++round) {
        ServedRanges ranges;
        std::set<std::int64_t> units;
        for (int i = 0; i < 40; ++i) {
            const auto first = static_cast<std::int64_t>(random() % 200);
            const auto last = first + static_cast<std::int64_t>(random() % 20);
            add_range(ranges, first, last);
            for (auto unit = first; unit < last; ++unit) units.insert(unit);
        }
        REQUIRE(total(ranges) == static_cast<std::int64_t>(units.size()));
        for (std::size_t i = 1; i < ranges.size(); ++i) REQUIRE(ranges[i - 1].second < ranges[i].first);
    }
}

TEST_CASE("Past the bound the smallest gap closes: never less is told than was served") {
    ServedRanges ranges;
    for (std::int64_t i = 0; i < 64; ++i) add_range(ranges, i * 100, i * 100 + 10);
    REQUIRE(ranges.size() == kMaxServedRanges);
    add_range(ranges, 6395, 6396);  // 85 from the last
    REQUIRE(ranges.size() == kMaxServedRanges);
    REQUIRE(ranges.back() == std::pair<std::int64_t, std::int64_t>{6300, 6396});
    REQUIRE(total(ranges) >= 641);
    for (std::int64_t i = 0; i < 1000; ++i) add_range(ranges, 100'000 + i * 3, 100'000 + i * 3 + 1);
    REQUIRE(ranges.size() == kMaxServedRanges);
}

}  // namespace
