#include "storage/async/budget.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <catch2/catch.hpp>
#include <thread>

#include "tests/support/run_loop.hpp"

namespace {

namespace asio = boost::asio;
using policy::Code;
using policy::Result;
using std::chrono::milliseconds;
using storage::async::Budget;
using storage::async::Grant;
using tests::await;

storage::async::Deadline within(milliseconds time) {
    return std::chrono::steady_clock::now() + time;
}

TEST_CASE("Grants are counted and given back, by release, by destruction and by assignment") {
    Budget budget("places", 100, 10);
    {
        Grant first = await(budget.acquire(60, within(milliseconds(0)))).value();
        Grant second = await(budget.acquire(40, within(milliseconds(0)))).value();
        REQUIRE(budget.used() == 100);
        first = std::move(second);
        REQUIRE(budget.used() == 40);
        first.release();
        first.release();
        REQUIRE(budget.used() == 0);
        const Grant third = await(budget.acquire(100, within(milliseconds(0)))).value();
        REQUIRE(budget.used() == 100);
    }
    REQUIRE(budget.used() == 0);
}

TEST_CASE("A grant is split into two that are given back each for itself") {
    Budget budget("places", 100, 10);
    Grant all = await(budget.acquire(100, within(milliseconds(0)))).value();
    Grant part = all.split(30);
    REQUIRE(budget.used() == 100);
    all.release();
    REQUIRE(budget.used() == 30);
    const Grant rest = part.split(1000);
    REQUIRE(part.size() == 0);
    REQUIRE(rest.size() == 30);
}

TEST_CASE("More than the budget is refused at once, and a full one at the deadline") {
    Budget budget("places", 100, 10);
    REQUIRE(await(budget.acquire(101, within(milliseconds(1000)))).error().code == Code::kTooLarge);
    const Grant all = await(budget.acquire(100, within(milliseconds(0)))).value();
    const auto before = std::chrono::steady_clock::now();
    REQUIRE(await(budget.acquire(1, within(milliseconds(30)))).error().code == Code::kOverloaded);
    REQUIRE(std::chrono::steady_clock::now() - before >= milliseconds(30));
    REQUIRE(budget.waiters() == 0);
}

TEST_CASE("Too many waiters are refused at once") {
    Budget budget("places", 100, 0);
    const Grant all = await(budget.acquire(100, within(milliseconds(0)))).value();
    const auto before = std::chrono::steady_clock::now();
    REQUIRE(await(budget.acquire(1, within(milliseconds(5000)))).error().code == Code::kOverloaded);
    REQUIRE(std::chrono::steady_clock::now() - before < milliseconds(2000));
}

asio::awaitable<Result<int>> take_and_note(Budget& budget, std::size_t bytes, int& order, milliseconds patience) {
    const auto grant = co_await budget.acquire(bytes, within(patience));
    if (!grant) co_return grant.error();
    co_return ++order;
}

asio::awaitable<Result<int>> release_after(Grant grant, milliseconds time) {
    asio::steady_timer timer(co_await asio::this_coro::executor, time);
    co_await timer.async_wait(asio::use_awaitable);
    grant.release();
    co_return 0;
}

TEST_CASE("Waiters are served in the order they came; a large one is not starved by a small one behind it") {
    Budget budget("places", 100, 10);
    int order = 0;
    std::vector<asio::awaitable<Result<int>>> work;
    Grant most = await(budget.acquire(60, within(milliseconds(0)))).value();
    work.push_back(take_and_note(budget, 80, order, milliseconds(5000)));
    work.push_back(take_and_note(budget, 10, order, milliseconds(5000)));
    work.push_back(release_after(std::move(most), milliseconds(50)));
    const auto outcomes = tests::await_all(std::move(work), 1);
    REQUIRE(outcomes[0].value() == 1);
    REQUIRE(outcomes[1].value() == 2);
    REQUIRE(budget.used() == 0);
}

TEST_CASE("One that gave up lets those behind it pass") {
    Budget budget("places", 100, 10);
    int order = 0;
    const Grant most = await(budget.acquire(60, within(milliseconds(0)))).value();
    std::vector<asio::awaitable<Result<int>>> work;
    work.push_back(take_and_note(budget, 80, order, milliseconds(50)));
    work.push_back(take_and_note(budget, 10, order, milliseconds(5000)));
    const auto outcomes = tests::await_all(std::move(work), 1);
    REQUIRE(outcomes[0].error().code == Code::kOverloaded);
    REQUIRE(outcomes[1].value() == 1);
}

asio::awaitable<Result<int>> take_often(Budget& budget, std::size_t bytes) {
    for (int i = 0; i < 200; ++i) {
        const auto grant = co_await budget.acquire(bytes, within(milliseconds(20000)));
        if (!grant) co_return grant.error();
        if (budget.used() > budget.total()) co_return policy::fail(Code::kInternal, "over the budget");
    }
    co_return 0;
}

TEST_CASE("Many threads never take more than the budget, and all are served") {
    Budget budget("places", 100, 100);
    std::vector<asio::awaitable<Result<int>>> work;
    for (std::size_t i = 0; i < 24; ++i) work.push_back(take_often(budget, 10 + i * 3));
    for (const auto& outcome : tests::await_all(std::move(work), 4)) REQUIRE(outcome.has_value());
    REQUIRE(budget.used() == 0);
    REQUIRE(budget.waiters() == 0);
}

}  // namespace
