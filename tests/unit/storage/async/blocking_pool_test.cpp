#include "storage/async/blocking_pool.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <catch2/catch.hpp>
#include <stdexcept>
#include <thread>

namespace {

namespace asio = boost::asio;
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

}  // namespace
