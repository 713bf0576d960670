#include "gateway/cli/render.hpp"

#include <boost/json/parse.hpp>
#include <catch2/catch.hpp>

#include "gateway/cli/purge_preview.hpp"
#include "gateway/cli/search_times.hpp"
#include "gateway/observe/system_clock.hpp"
#include "tests/unit/gateway/cli/cli_run.hpp"

using namespace gateway::cli;

TEST_CASE("A histogram's longest bar fills the width, and no count is without a bar") {
    CHECK(histogram({{"1 month", 1}, {"3 months", 1000}, {"12 months", 500}, {"none", 0}}, 10) ==
          "1 month       1  #\n"
          "3 months   1000  ##########\n"
          "12 months   500  #####\n"
          "none          0\n");
    CHECK(histogram({}).empty());
}

TEST_CASE("A dry run says how many, how old, and what is kept and why") {
    const auto preview = boost::json::parse(R"({"date":"2026-11-24","count":3,"bytes":1572864,
        "age_histogram":[{"months":2,"count":1},{"months":3,"count":2}],"kept":[{"rule":"legal_hold","count":4}],
        "brake":["clock_jump","too_many"]})");
    const std::string text = purge_preview_text(preview.as_object());
    for (const char* part : {"2026-11-24", "3 calls, 1.5 MiB", "2 months  1", "3 months  2", "legal_hold  4",
                             "The brake would stop it", "the clock moved", "over 100 calls"}) {
        INFO(part);
        CHECK(tests::holds(text, part));
    }
    const auto empty = boost::json::parse(R"({"date":"2026-11-24","count":0,"bytes":0,"age_histogram":[],"kept":[]})");
    CHECK(tests::holds(purge_preview_text(empty.as_object()), "0 calls, 0 bytes"));
    CHECK_FALSE(tests::holds(purge_preview_text(empty.as_object()), "brake"));
}

TEST_CASE("What could steer a terminal is not printed") {
    CHECK(printable("a\x1B[31m\nb\x7F") == "a?[31m?b?");
    CHECK(printable("x\xC2\x9Bz") == "x?z");
    CHECK(printable("\xE2\x80\xA2\xC3\xA9") == "\xE2\x80\xA2\xC3\xA9");
}

TEST_CASE("A day of a search is the whole day of the deployment's zone, also where it has 23 hours") {
    const auto zone = gateway::observe::SystemClock::create("Europe/Amsterdam");
    REQUIRE(zone.has_value());
    CHECK(search_from("2026-03-29", zone->get()) == "2026-03-28T23:00:00.000Z");
    CHECK(search_to("2026-03-29", zone->get()) == "2026-03-29T22:00:00.000Z");
    CHECK(search_to("2026-03-29T10:00:00+02:00", nullptr) == "2026-03-29T10:00:00+02:00");
    CHECK_THROWS_AS(search_from("2026-03-29", nullptr), CommandError);
    CHECK_THROWS_AS(search_from("yesterday", zone->get()), CommandError);
}

TEST_CASE("Exit codes follow the status and the code") {
    for (const auto& [status, exit] : {std::pair{200, Exit::kGood},
                                       {202, Exit::kGood},
                                       {400, Exit::kUsage},
                                       {422, Exit::kUsage},
                                       {401, Exit::kRefused},
                                       {403, Exit::kRefused},
                                       {404, Exit::kFailed},
                                       {409, Exit::kFailed},
                                       {410, Exit::kFailed},
                                       {429, Exit::kUnavailable},
                                       {500, Exit::kFailed},
                                       {503, Exit::kUnavailable},
                                       {504, Exit::kUnavailable}}) {
        INFO(status);
        CHECK(exit_of_status(status) == exit);
    }
    CHECK(exit_of(policy::Code::kInDoubt) == Exit::kUnavailable);
    CHECK(exit_of(policy::Code::kStepUp) == Exit::kRefused);
    CHECK(exit_of(policy::Code::kConflict) == Exit::kFailed);
    CHECK(exit_of(policy::Code::kInvalid) == Exit::kUsage);
}
