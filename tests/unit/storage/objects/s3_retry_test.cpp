#include "storage/objects/s3_retry.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace storage::objects;
using namespace std::chrono_literals;

TEST_CASE("Repeats take from the budget until it is empty, and successes fill it, never past its size") {
    RetryBudget budget(12);
    CHECK(budget.take());
    CHECK(budget.take());
    CHECK_FALSE(budget.take());
    CHECK(budget.left() == 2);
    for (int i = 0; i < 3; ++i) budget.succeeded(false);
    CHECK(budget.take());
    budget.succeeded(true);
    CHECK(budget.left() == RetryBudget::kCost);
    for (int i = 0; i < 100; ++i) budget.succeeded(true);
    CHECK(budget.left() == 12);
}

TEST_CASE("Waits are random, up to twice as long each time, and bounded") {
    const S3RetryLimits limits{4, 50ms, 2000ms};
    for (unsigned attempt = 0; attempt < 80; ++attempt) {
        const auto longest = attempt <= 2 ? 50ms : std::min(2000ms, 50ms * (1 << std::min(attempt - 2, 10U)));
        std::chrono::milliseconds seen{0};
        for (int i = 0; i < 50; ++i) {
            const auto wait = wait_before(attempt, limits);
            REQUIRE(wait >= 0ms);
            REQUIRE(wait <= longest);
            seen = std::max(seen, wait);
        }
        CHECK(seen > longest / 4);
    }
}

}  // namespace
