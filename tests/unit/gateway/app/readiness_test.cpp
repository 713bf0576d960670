#include "gateway/app/readiness.hpp"

#include <catch2/catch.hpp>
#include <memory>
#include <stdexcept>
#include <vector>

#include "storage/async/signal.hpp"
#include "tests/support/run_loop.hpp"

namespace {

using gateway::app::Readiness;
using std::chrono::milliseconds;
using storage::async::Signal;
using Checks = std::optional<Readiness::Checks>;

constexpr Readiness::Time kStart{std::chrono::hours(1)};

/// Parts that answer when they are told to.
struct Parts {
    int looks = 0;
    bool good = true;
    std::shared_ptr<Signal> answers = Signal::make();
    Readiness readiness{[this] { return look(); }};

    boost::asio::awaitable<Readiness::Checks> look() {
        ++looks;
        co_await answers->wait(std::nullopt);
        Readiness::Checks out;
        out["part"] = good;
        co_return out;
    }
    boost::asio::awaitable<Checks> answer_then_ask(Readiness::Time now) {
        answers->fire();
        co_return co_await readiness.ask(now);
    }
};

TEST_CASE("Of a burst one looks; before the first look is over the others learn nothing") {
    Parts parts;
    std::vector<boost::asio::awaitable<Checks>> burst;
    for (int i = 0; i < 20; ++i) burst.push_back(parts.readiness.ask(kStart));
    burst.push_back(parts.answer_then_ask(kStart));
    const auto told = tests::await_all(std::move(burst), 1);
    CHECK(parts.looks == 1);
    CHECK(told.front().value().at("part"));
    for (std::size_t i = 1; i < told.size(); ++i) CHECK_FALSE(told[i]);
}

TEST_CASE("While one looks again the others get what was seen before, unless the look hangs") {
    Parts parts;
    parts.answers->fire();
    REQUIRE(tests::await(parts.readiness.ask(kStart)));
    const auto later = kStart + Readiness::kMaxAge;
    CHECK(tests::await(parts.readiness.ask(later - milliseconds(1))));
    CHECK(parts.looks == 1);

    parts.answers = Signal::make();
    parts.good = false;
    std::vector<boost::asio::awaitable<Checks>> burst;
    burst.push_back(parts.readiness.ask(later));
    burst.push_back(parts.readiness.ask(later + Readiness::kMaxLook - milliseconds(1)));
    burst.push_back(parts.readiness.ask(later + Readiness::kMaxLook));
    burst.push_back(parts.answer_then_ask(later));
    const auto told = tests::await_all(std::move(burst), 1);
    CHECK(parts.looks == 2);
    CHECK_FALSE(told[0].value().at("part"));
    CHECK(told[1].value().at("part"));
    CHECK_FALSE(told[2]);
}

TEST_CASE("A look that fails is none: the next one looks") {
    int looks = 0;
    Readiness readiness([&looks]() -> boost::asio::awaitable<Readiness::Checks> {
        if (++looks == 1) throw std::runtime_error("cut off");
        co_return Readiness::Checks{};
    });
    CHECK_THROWS(tests::await(readiness.ask(kStart)));
    CHECK(tests::await(readiness.ask(kStart)));
    CHECK(looks == 2);
}

}  // namespace
