#include "storage/async/blocking_pool.hpp"

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <catch2/catch.hpp>
#include <chrono>
#include <future>
#include <stdexcept>
#include <thread>
#include <vector>

namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using policy::Result;
using storage::async::BlockingPool;

template <class Function>
auto run_on(BlockingPool& pool, Function function) {
    asio::io_context loop;
    auto future = asio::co_spawn(loop, pool.run(std::move(function)), asio::use_future);
    loop.run();
    return future.get();
}

TEST_CASE("A blocking call runs on a thread of the pool and its value comes back") {
    BlockingPool pool("test", 1, 4);
    const auto caller = std::this_thread::get_id();
    const auto outcome = run_on(pool, [caller]() -> Result<bool> { return std::this_thread::get_id() != caller; });
    REQUIRE(outcome.value());
    REQUIRE(pool.under_way() == 0);
}

TEST_CASE("A void result and an error come back alike") {
    BlockingPool pool("test", 1, 4);
    REQUIRE(run_on(pool, []() -> Result<void> { return {}; }).has_value());
    const auto outcome = run_on(pool, []() -> Result<void> { return policy::fail(policy::Code::kCorrupt, "x"); });
    REQUIRE(outcome.error().code == policy::Code::kCorrupt);
}

TEST_CASE("An exception of the call comes out of the await") {
    BlockingPool pool("test", 1, 4);
    REQUIRE_THROWS_AS(run_on(pool, []() -> Result<int> { throw std::runtime_error("broken"); }), std::runtime_error);
    REQUIRE(pool.under_way() == 0);
}

TEST_CASE("A full queue answers overloaded at once") {
    BlockingPool pool("test", 1, 0);
    const auto outcome = run_on(pool, []() -> Result<int> { return 1; });
    REQUIRE(outcome.error().code == policy::Code::kOverloaded);
}

TEST_CASE("While the threads hang further callers are told so in time, and what they asked for never runs") {
    std::promise<void> answers;
    std::atomic<int> ran = 0;
    BlockingPool pool("token", 1, 10, 50ms);
    asio::io_context loop;
    const auto running = asio::make_work_guard(loop);
    const auto ask = [&](auto function) {
        return asio::co_spawn(loop, pool.run(std::move(function)), asio::use_future);
    };
    auto hanging = ask([&]() -> Result<int> {
        answers.get_future().wait();
        return ++ran;
    });
    auto waiting = ask([&]() -> Result<int> { return ++ran; });
    while (waiting.wait_for(0ms) != std::future_status::ready) loop.run_one();
    const auto told = waiting.get();
    REQUIRE(told.error().code == policy::Code::kUnavailable);
    REQUIRE(told.error().what.find("token has not answered") != std::string::npos);
    // Known to be silent: nobody waits for it again.
    auto next = ask([&]() -> Result<int> { return ++ran; });
    const auto asked_at = std::chrono::steady_clock::now();
    while (next.wait_for(0ms) != std::future_status::ready) loop.run_one();
    REQUIRE(next.get().error().code == policy::Code::kUnavailable);
    REQUIRE(std::chrono::steady_clock::now() - asked_at < 50ms);
    REQUIRE(hanging.wait_for(0ms) != std::future_status::ready);

    answers.set_value();
    while (hanging.wait_for(0ms) != std::future_status::ready) loop.run_one();
    REQUIRE(hanging.get().value() == 1);
    auto after = ask([&]() -> Result<int> { return ++ran; });
    while (after.wait_for(0ms) != std::future_status::ready) loop.run_one();
    REQUIRE(after.get().value() == 2);
    REQUIRE(pool.under_way() == 0);
}

TEST_CASE("Whoever asks when nothing is under way is heard, however silent it was") {
    BlockingPool pool("token", 1, 10, 1ms);
    for (int round = 0; round < 300; ++round) {
        asio::io_context loop;
        std::vector<std::future<Result<int>>> asked;
        for (int n = 0; n < 3; ++n) {
            asked.push_back(asio::co_spawn(loop, pool.run([round]() -> Result<int> {
                std::this_thread::sleep_for(std::chrono::microseconds(round * 10));
                return 1;
            }),
                                           asio::use_future));
        }
        loop.run();
        while (pool.under_way() > 0) std::this_thread::sleep_for(100us);
        // On a busy machine the thread may come too late once more, but not for ever.
        bool heard = false;
        for (int tries = 0; tries < 1000 && !heard; ++tries) {
            asio::io_context again;
            auto last = asio::co_spawn(again, pool.run([]() -> Result<int> { return 2; }), asio::use_future);
            again.run();
            heard = last.get().has_value();
        }
        REQUIRE(heard);
    }
}

TEST_CASE("Callers that give up and threads that come free do not meet") {
    BlockingPool pool("token", 2, 1000, 1ms);
    asio::io_context loop;
    std::vector<std::future<Result<int>>> asked;
    for (int n = 0; n < 500; ++n) {
        asked.push_back(asio::co_spawn(loop, pool.run([n]() -> Result<int> {
            std::this_thread::sleep_for(std::chrono::microseconds(20 * (n % 50)));
            return n;
        }),
                                       asio::use_future));
    }
    loop.run();
    for (std::size_t n = 0; n < asked.size(); ++n) {
        const auto outcome = asked[n].get();
        if (outcome.has_value()) {
            REQUIRE(static_cast<std::size_t>(*outcome) == n);
        } else {
            REQUIRE(outcome.error().code == policy::Code::kUnavailable);
        }
    }
}

}  // namespace
