#include "transcode/measure/meter.hpp"

#include <catch2/catch.hpp>
#include <cmath>

namespace {

using namespace transcode::measure;
using Samples = std::vector<std::int16_t>;

/// A sine of 440 Hz.
std::int16_t tone(std::size_t frame, std::uint32_t rate_hz, double amplitude) {
    return static_cast<std::int16_t>(amplitude * std::sin(2 * M_PI * 440 * static_cast<double>(frame) / rate_hz));
}

Measured measure(const Samples& samples, unsigned channels, std::uint32_t rate_hz, std::size_t frames_at_a_time) {
    Meter meter(channels, rate_hz);
    for (std::size_t at = 0; at < samples.size(); at += frames_at_a_time * channels)
        meter.take(std::span(samples).subspan(at, std::min(frames_at_a_time * channels, samples.size() - at)));
    return meter.finish();
}

/// One second each: loud, quiet, loud; left channel only.
Samples talk_pause_talk(std::uint32_t rate_hz) {
    Samples out;
    for (std::size_t i = 0; i < 3 * rate_hz; ++i) {
        out.push_back(i / rate_hz == 1 ? std::int16_t{3} : tone(i, rate_hz, 8000));
        out.push_back(0);
    }
    return out;
}

TEST_CASE("What is measured does not depend on the pieces that the samples come in") {
    const auto samples = talk_pause_talk(8000);
    const auto whole = measure(samples, 2, 8000, samples.size());
    for (const std::size_t piece : {1U, 7U, 399U, 400U, 401U, 5000U}) {
        const auto again = measure(samples, 2, 8000, piece);
        CHECK(again.peaks == whole.peaks);
        CHECK(again.channels == whole.channels);
        CHECK(again.silence == whole.silence);
        CHECK(again.frames == 24000);
    }
}

TEST_CASE("There are twenty points a second, each with the lowest and highest sample of its channels") {
    Samples samples(1000 * 2);
    samples[2 * 10] = 0x1234;        // left, first point
    samples[2 * 500 + 1] = -0x5678;  // right, second point
    const auto out = measure(samples, 2, 8000, 100);
    CHECK(out.samples_per_point == 400);
    REQUIRE(out.peaks.size() == 2 * 3);
    CHECK(out.peaks[0] == Peak{0, 0x12});
    CHECK(out.peaks[1] == Peak{0, 0});
    CHECK(out.peaks[3] == Peak{-0x57, 0});
    CHECK(out.peaks[5] == Peak{0, 0});  // the last point is half a point
    CHECK(out.duration_ms() == 125);
    CHECK(measure(Samples(22050, 1), 1, 11025, 100).samples_per_point == 551);
    CHECK(measure(Samples(10, 700), 1, 8000, 10).peaks[0] == Peak{2, 2});  // a point far from zero does not touch it
}

TEST_CASE("Silence is where nobody speaks for half a second, at the start and the end too") {
    const auto out = measure(talk_pause_talk(8000), 2, 8000, 333);
    REQUIRE(out.silence.size() == 1);
    CHECK(out.silence[0] == std::pair<std::uint64_t, std::uint64_t>{1000, 2000});
    Samples ends(8000, 0);
    for (std::size_t i = 0; i < 4000; ++i) ends.push_back(tone(i, 8000, 9000));
    ends.resize(ends.size() + 3600, 0);  // 450 ms: too short to matter
    const auto around = measure(ends, 1, 8000, 100);
    REQUIRE(around.silence.size() == 1);
    CHECK(around.silence[0] == std::pair<std::uint64_t, std::uint64_t>{0, 1000});
    CHECK(measure(Samples(8000, 20), 1, 8000, 64).silence.front().second == 1000);
    CHECK(measure(Samples(100, 0), 1, 8000, 64).silence.empty());
}

TEST_CASE("A channel that holds nothing is silent, samples at full scale are clipped, levels are in decibels") {
    const auto out = measure(talk_pause_talk(16000), 2, 16000, 1000);
    CHECK_FALSE(out.channels[0].silent);
    CHECK(out.channels[0].peak >= 7990);
    CHECK(out.channels[0].level_db == -17);  // 8000 / sqrt 2, two thirds of the time
    CHECK(out.channels[1] == ChannelFacts{0, ChannelFacts::kNone, 0, true});
    Samples loud(8000, 32767);
    loud[5] = -32768;
    const auto clipped = measure(loud, 1, 8000, 77).channels[0];
    CHECK(clipped.clipped == 8000);
    CHECK(clipped.peak == 32768);
    CHECK(clipped.level_db == 0);
}

TEST_CASE("Full scale begins where mu-law ends, so that G.711 clips too") {
    for (const int loudest : {32767, 32256, 32124, -32124, -32256, -32768}) {
        CHECK(measure(Samples(80, static_cast<std::int16_t>(loudest)), 1, 8000, 64).channels[0].clipped == 80);
    }
    CHECK(measure(Samples(80, 32123), 1, 8000, 64).channels[0].clipped == 0);
    CHECK(measure(Samples(80, -31100), 1, 8000, 64).channels[0].clipped == 0);  // mu-law's next step
}

TEST_CASE("Channels are equal when they are the same throughout") {
    Samples same;
    for (std::size_t i = 0; i < 4000; ++i) same.insert(same.end(), 2, tone(i, 8000, 5000));
    CHECK(measure(same, 2, 8000, 100).equal);
    same.back() += 1;
    CHECK_FALSE(measure(same, 2, 8000, 100).equal);
    CHECK_FALSE(measure(Samples(100, 1), 1, 8000, 100).equal);  // one channel equals nobody
}

TEST_CASE("Nothing measures as nothing") {
    const auto out = Meter(2, 8000).finish();
    CHECK(out.frames == 0);
    CHECK(out.peaks.empty());
    CHECK(out.silence.empty());
    CHECK_FALSE(out.equal);
}

TEST_CASE("A day of the loudest sound does not overflow") {
    Meter meter(1, 192'000);
    const Samples second(192'000, -32768);
    for (int i = 0; i < 60; ++i) meter.take(second);
    const auto out = meter.finish();
    CHECK(out.channels[0].level_db == 0);
    CHECK(out.channels[0].clipped == 60U * 192'000);
}

}  // namespace
