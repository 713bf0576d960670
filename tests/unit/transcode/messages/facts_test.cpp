#include "transcode/messages/facts.hpp"

#include <catch2/catch.hpp>

#include "tests/support/print_result.hpp"

namespace {

using namespace transcode::messages;
using transcode::measure::ChannelFacts;

Facts some() {
    return {Coding::kOpus, 48'000, 96'000, {{32768, -3, 12, false}, {0, ChannelFacts::kNone, 0, true}}, false};
}

TEST_CASE("Facts survive the way to the gateway") {
    CHECK(decode_facts(96'000, encode(some())).value() == some());
    CHECK(some().duration_ms() == 2000);
}

TEST_CASE("Facts that cannot be are refused") {
    const auto refused = [](std::size_t at, int value) {
        auto bytes = encode(some());
        bytes.at(at) = static_cast<std::byte>(value);
        return decode_facts(96'000, bytes).has_error();
    };
    CHECK(refused(0, 0));
    CHECK(refused(0, kLastCoding + 1));
    CHECK(refused(1, 0));
    CHECK(refused(1, 3));  // three channels, two told
    CHECK(refused(2, 2));  // neither yes nor no
    CHECK(refused(3, 1));
    CHECK(refused(6, 0xFF));  // a rate of millions
    CHECK(refused(9, 0x81));  // louder than full scale
    CHECK(refused(10, 1));    // a level above it
    CHECK(refused(12, 2));
    CHECK(refused(20, 1));  // more clipped samples than samples
    const auto good = encode(some());
    for (std::size_t cut = 0; cut < good.size(); ++cut)
        REQUIRE(decode_facts(96'000, std::span(good).first(cut)).has_error());
}

}  // namespace
