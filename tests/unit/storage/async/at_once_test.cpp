#include "storage/async/at_once.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <catch2/catch.hpp>
#include <chrono>
#include <set>
#include <stdexcept>

#include "tests/support/run_loop.hpp"

namespace {

using boost::asio::awaitable;
using policy::Code;
using policy::Result;
using storage::async::AfterError;
using storage::async::run_at_once;

struct Seen {
    std::multiset<std::size_t> steps;
    int running = 0;
    int most = 0;
    std::size_t fails_at = 1000;
    std::size_t throws_at = 1000;
};

awaitable<Result<void>> step(Seen& seen, std::size_t index) {
    seen.steps.insert(index);
    seen.most = std::max(seen.most, ++seen.running);
    boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, std::chrono::milliseconds(1));
    co_await timer.async_wait(boost::asio::use_awaitable);
    --seen.running;
    if (index == seen.throws_at) throw std::runtime_error("broken");
    if (index == seen.fails_at) co_return policy::fail(Code::kUnavailable, "step");
    co_return Result<void>();
}

Result<void> run(Seen& seen, std::size_t count, unsigned jobs, AfterError after_error = AfterError::kStop,
                 std::chrono::milliseconds patience = std::chrono::seconds(30)) {
    return tests::await(run_at_once(count, jobs, after_error, std::chrono::steady_clock::now() + patience,
                                    [&seen](std::size_t index) { return step(seen, index); }));
}

TEST_CASE("Every step runs once, as many at once as told") {
    Seen seen;
    REQUIRE(run(seen, 20, 3).has_value());
    CHECK(seen.steps.size() == 20);
    CHECK(std::set(seen.steps.begin(), seen.steps.end()).size() == 20);
    CHECK(seen.most == 3);
    CHECK(run(seen, 0, 3).has_value());
}

TEST_CASE("After an error no further step starts, and those that run are waited for") {
    Seen seen;
    seen.fails_at = 4;
    CHECK(run(seen, 100, 3).error().code == Code::kUnavailable);
    CHECK(seen.steps.size() < 12);
    CHECK(seen.running == 0);
}

TEST_CASE("Where an error does not end the work, every step runs, and the first error is told") {
    Seen seen;
    seen.fails_at = 4;
    CHECK(run(seen, 100, 3, AfterError::kGoOn).error().code == Code::kUnavailable);
    CHECK(seen.steps.size() == 100);
}

TEST_CASE("Past the deadline no further step starts, and those that run are waited for") {
    Seen seen;
    CHECK(run(seen, 100000, 3, AfterError::kGoOn, std::chrono::milliseconds(20)).error().code == Code::kDeadline);
    CHECK(seen.steps.size() < 1000);
    CHECK(seen.running == 0);
    Seen none;
    CHECK(run(none, 3, 3, AfterError::kStop, std::chrono::milliseconds(-1)).error().code == Code::kDeadline);
    CHECK(none.steps.empty());
}

TEST_CASE("What a step throws comes out") {
    Seen seen;
    seen.throws_at = 2;
    CHECK_THROWS_AS(run(seen, 100, 2), std::runtime_error);
    CHECK(seen.running == 0);
}

}  // namespace
