#include "transcode/wav/g711.hpp"

#include <catch2/catch.hpp>
#include <cmath>

namespace {

using transcode::wav::kALawTable;
using transcode::wav::kMuLawTable;

// The decision values of the recommendation, in floating point and from the segment tables: written apart from the
// code.
double alaw_by_the_book(int code) {
    const int line = code ^ 0x55;
    const int segment = (line / 16) % 8;
    const int step = line % 16;
    const double value = segment == 0 ? (step + 0.5) * 2.0 : (step + 16.5) * std::pow(2.0, segment);
    return (line >= 128 ? value : -value) * 8.0;  // 13 bits (of +-4096) to 16
}

double mulaw_by_the_book(int code) {
    const int line = 255 - code;
    const int segment = (line / 16) % 8;
    const int step = line % 16;
    const double value = (step + 16.5) * std::pow(2.0, segment + 1) - 33.0;  // of +-8159
    return (line >= 128 ? -value : value) * 4.0;
}

TEST_CASE("Every A-law code decodes to the value of G.711") {
    for (int code = 0; code < 256; ++code) {
        INFO(code);
        REQUIRE(kALawTable[static_cast<std::size_t>(code)] == alaw_by_the_book(code));
    }
}

TEST_CASE("Every mu-law code decodes to the value of G.711") {
    for (int code = 0; code < 256; ++code) {
        INFO(code);
        REQUIRE(kMuLawTable[static_cast<std::size_t>(code)] == mulaw_by_the_book(code));
    }
}

TEST_CASE("Known codes: silence and both ends of the scale") {
    REQUIRE(kALawTable[0xD5] == 8);
    REQUIRE(kALawTable[0x55] == -8);
    REQUIRE(kALawTable[0xAA] == 32256);
    REQUIRE(kALawTable[0x2A] == -32256);
    REQUIRE(kMuLawTable[0xFF] == 0);
    REQUIRE(kMuLawTable[0x7F] == 0);
    REQUIRE(kMuLawTable[0x80] == 32124);
    REQUIRE(kMuLawTable[0x00] == -32124);
}

}  // namespace
