#include "gateway/http/range.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace gateway::http;

/// "0-1", "all" or "416".
std::string asked(std::optional<std::string_view> field, std::uint64_t size) {
    const auto outcome = parse_range(field, size);
    if (std::holds_alternative<WholeBody>(outcome)) return "all";
    if (std::holds_alternative<Unsatisfiable>(outcome)) return "416";
    const auto range = std::get<ByteRange>(outcome);
    REQUIRE(range.first <= range.last);
    REQUIRE(range.last < size);
    return std::to_string(range.first) + "-" + std::to_string(range.last);
}

TEST_CASE("A single range is clamped to what there is") {
    REQUIRE(asked("bytes=0-1", 100) == "0-1");
    REQUIRE(asked("bytes=0-", 100) == "0-99");
    REQUIRE(asked("bytes=50-500", 100) == "50-99");
    REQUIRE(asked("bytes=99-99", 100) == "99-99");
    REQUIRE(asked("bytes=-10", 100) == "90-99");
    REQUIRE(asked("bytes=-1000", 100) == "0-99");
    REQUIRE(asked("BYTES=0-0", 100) == "0-0");
    REQUIRE(asked("bytes=0-99999999999999999999999", 100) == "0-99");
}

TEST_CASE("A range past the end cannot be satisfied") {
    REQUIRE(asked("bytes=100-", 100) == "416");
    REQUIRE(asked("bytes=100-200", 100) == "416");
    REQUIRE(asked("bytes=99999999999999999999999-", 100) == "416");
    REQUIRE(asked("bytes=-0", 100) == "416");
    REQUIRE(asked("bytes=0-", 0) == "416");
    REQUIRE(asked("bytes=-1", 0) == "416");
}

TEST_CASE("No range, many ranges and what is no range get everything") {
    REQUIRE(asked(std::nullopt, 100) == "all");
    for (const auto* field :
         {"", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=5-1", "bytes=0-1,5-6", "bytes=0-1, -5", "items=0-1",
          "bytes 0-1", "bytes=0x0-1", "bytes=+1-2", "bytes=1 -2", "bytes=1-2-3", "bytes=--1"}) {
        INFO(field);
        REQUIRE(asked(field, 100) == "all");
    }
}

TEST_CASE("Content-Range says what is sent, or how much there is") {
    REQUIRE(content_range({0, 1}, 4800044) == "bytes 0-1/4800044");
    REQUIRE(unsatisfied_content_range(4800044) == "bytes */4800044");
}

}  // namespace
