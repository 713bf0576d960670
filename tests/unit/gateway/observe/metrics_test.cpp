#include "gateway/observe/metrics.hpp"

#include <catch2/catch.hpp>
#include <limits>
#include <stdexcept>
#include <thread>
#include <vector>

namespace {

using namespace gateway::observe;

TEST_CASE("Metrics are printed in the Prometheus text format, families in order") {
    Registry registry;
    registry.counter("b_total", "Things.", {{"route", "x"}, {"status", "200"}}).add(3);
    registry.counter("b_total", "Things.", {{"route", "y"}, {"status", "200"}}).add();
    registry.gauge("a_open", "Open now.").set(-2);
    registry.computed("c_seconds", "Read late.", {}, [] { return 0.5; });
    REQUIRE(registry.text() ==
            "# HELP a_open Open now.\n# TYPE a_open gauge\na_open -2\n"
            "# HELP b_total Things.\n# TYPE b_total counter\nb_total{route=\"x\",status=\"200\"} "
            "3\nb_total{route=\"y\",status=\"200\"} 1\n"
            "# HELP c_seconds Read late.\n# TYPE c_seconds gauge\nc_seconds 0.5\n");
}

TEST_CASE("A histogram's buckets are cumulative and end with +Inf") {
    Registry registry;
    auto& histogram = registry.histogram("h", "Time.", {0.1, 1, 10}, {{"route", "x"}});
    for (const double value : {0.1, 0.05, 0.5, 10.0, 11.0}) histogram.observe(value);
    REQUIRE(registry.text() ==
            "# HELP h Time.\n# TYPE h histogram\n"
            "h_bucket{route=\"x\",le=\"0.1\"} 2\nh_bucket{route=\"x\",le=\"1\"} 3\nh_bucket{route=\"x\",le=\"10\"} 4\n"
            "h_bucket{route=\"x\",le=\"+Inf\"} 5\nh_sum{route=\"x\"} 21.65\nh_count{route=\"x\"} 5\n");
}

TEST_CASE("Label values are escaped, and numbers that are none have their words") {
    Registry registry;
    registry.counter("a_total", "A.", {{"x", "q\"b\\n\n"}}).add();
    registry.computed("b", "B.", {}, [] { return std::numeric_limits<double>::infinity(); });
    registry.computed("c", "C.", {}, [] { return std::numeric_limits<double>::quiet_NaN(); });
    const auto text = registry.text();
    REQUIRE(text.find("a_total{x=\"q\\\"b\\\\n\\n\"} 1\n") != std::string::npos);
    REQUIRE(text.find("b +Inf\n") != std::string::npos);
    REQUIRE(text.find("c NaN\n") != std::string::npos);
}

TEST_CASE("Asking twice gives the same metric; asking for another type is a bug") {
    Registry registry;
    auto& counter = registry.counter("a_total", "A.", {{"x", "1"}});
    REQUIRE(&registry.counter("a_total", "A.", {{"x", "1"}}) == &counter);
    REQUIRE(&registry.counter("a_total", "A.", {{"x", "2"}}) != &counter);
    REQUIRE_THROWS_AS(registry.gauge("a_total", "A."), std::logic_error);
    REQUIRE_THROWS_AS(registry.histogram("h", "H.", {2, 1}), std::logic_error);
}

TEST_CASE("Many threads count without losing one") {
    Registry registry;
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&registry] {
            auto& histogram = registry.histogram("h", "H.", {1});
            for (int i = 0; i < 10'000; ++i) {
                registry.counter("a_total", "A.").add();
                histogram.observe(1);
            }
        });
    }
    for (auto& thread : threads) thread.join();
    REQUIRE(registry.counter("a_total", "A.").value() == 40'000);
    REQUIRE(registry.histogram("h", "H.", {1}).sum() == 40'000.0);
}

}  // namespace
