#include "transcode/measure/outline.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "tests/support/print_result.hpp"

namespace {

using namespace transcode::measure;
using Bytes = std::vector<std::byte>;

Measured call() {
    Measured out;
    out.rate_hz = 8000;
    out.samples_per_point = 400;
    out.frames = 16'000;
    out.channels.resize(2);
    out.peaks.assign(40 * 2, Peak{-3, 5});
    out.silence = {{0, 700}, {1000, 1800}};
    return out;
}

std::string text_of(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

TEST_CASE("An outline begins as a .dat file of the BBC's audiowaveform and ends with the silence") {
    const auto bytes = write_outline(call());
    const Bytes header(bytes.begin(), bytes.begin() + 24);
    CHECK(text_of(header) == std::string("\2\0\0\0\1\0\0\0\x40\x1f\0\0\x90\1\0\0\x28\0\0\0\2\0\0\0", 24));
    CHECK(std::to_integer<int>(bytes[24]) == 0xFD);
    CHECK(std::to_integer<int>(bytes[25]) == 5);
    const auto parts = read_outline(bytes, bytes.size()).value();
    CHECK(parts.peaks_in_bytes == 24 + 40 * 2 * 2);
    CHECK(parts.points == 40);
    CHECK(parts.channels == 2);
    CHECK(text_of(std::span(bytes).subspan(parts.peaks_in_bytes)) == R"({"silence":[[0,700],[1000,1800]]})");
    CHECK(check_outline(bytes));
    auto quiet = call();
    quiet.silence.clear();
    CHECK(check_outline(write_outline(quiet)));
}

TEST_CASE("An outline that does not hang together is none") {
    const auto good = write_outline(call());
    const auto broken = [&good](std::size_t at, int value) {
        auto out = good;
        out.at(at) = static_cast<std::byte>(value);
        return check_outline(out).has_error();
    };
    CHECK(broken(0, 1));      // another version
    CHECK(broken(4, 0));      // 16 bits
    CHECK(broken(17, 1));     // more points than there are
    CHECK(broken(16, 0x29));  // one more: the silence read as a point
    CHECK(broken(20, 0));     // no channel
    CHECK(broken(20, 9));
    CHECK(broken(24, 6));     // lowest above highest
    CHECK(broken(11, 0x7F));  // an impossible rate
    for (std::size_t cut = 0; cut < good.size(); ++cut) REQUIRE(check_outline(std::span(good).first(cut)).has_error());
    auto longer = good;
    longer.push_back(std::byte{' '});
    CHECK(check_outline(longer).has_error());
}

TEST_CASE("Silence must lie in order within the call") {
    const auto with = [](const std::string& silence) {
        auto quiet = call();
        quiet.silence.clear();
        auto bytes = write_outline(quiet);
        bytes.resize(read_outline(bytes, bytes.size()).value().peaks_in_bytes);
        const auto more = std::as_bytes(std::span(silence));
        bytes.insert(bytes.end(), more.begin(), more.end());
        return check_outline(bytes).has_value();
    };
    CHECK(with(R"({"silence":[[0,2000]]})"));
    CHECK_FALSE(with(R"({"silence":[[0,2001]]})"));
    CHECK_FALSE(with(R"({"silence":[[5,5]]})"));
    CHECK_FALSE(with(R"({"silence":[[9,5]]})"));
    CHECK_FALSE(with(R"({"silence":[[0,900],[900,1000]]})"));
    CHECK_FALSE(with(R"({"silence":[[0,900],[800,1000]]})"));
    CHECK_FALSE(with(R"({"silence":[[0,900],]})"));
    CHECK_FALSE(with(R"({"silence":[[-1,900]]})"));
    CHECK_FALSE(with(R"({"silence":[[0,99999999999999999999]]})"));
    CHECK_FALSE(with(R"({"silence":[[0,900]],"x":"<script>"})"));
    CHECK_FALSE(with(""));
}

}  // namespace
