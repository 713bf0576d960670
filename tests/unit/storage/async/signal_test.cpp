#include "storage/async/signal.hpp"

#include <catch2/catch.hpp>
#include <chrono>
#include <thread>

#include "tests/support/run_loop.hpp"

namespace {

using std::chrono::milliseconds;
using storage::async::Signal;

storage::async::Deadline within(int time) {
    return std::chrono::steady_clock::now() + milliseconds(time);
}

TEST_CASE("A signal fired before the wait is not lost") {
    const auto signal = Signal::make();
    signal->fire();
    signal->fire();
    REQUIRE(tests::await(signal->wait(std::nullopt)));
}

TEST_CASE("A signal fired by another thread wakes the waiter") {
    const auto signal = Signal::make();
    std::thread other([signal] {
        std::this_thread::sleep_for(milliseconds(20));
        signal->fire();
    });
    REQUIRE(tests::await(signal->wait(within(10000))));
    other.join();
}

TEST_CASE("A wait ends at its deadline, and a signal fired later changes nothing") {
    const auto signal = Signal::make();
    REQUIRE_FALSE(tests::await(signal->wait(within(10))));
    signal->fire();
}

TEST_CASE("Fired at the very deadline, the waiter wakes once and the answer is one of the two") {
    for (int i = 0; i < 200; ++i) {
        const auto signal = Signal::make();
        std::thread other([signal] {
            std::this_thread::sleep_for(std::chrono::microseconds(1000));
            signal->fire();
        });
        tests::await(signal->wait(within(1)));
        other.join();
    }
}

}  // namespace
