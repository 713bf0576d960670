#include "transcode/worker/prepare.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstring>
#include <string>

#include "tests/support/tone.hpp"
#include "transcode/measure/outline.hpp"

namespace {

using namespace transcode::worker;
using transcode::messages::Coding;
using transcode::messages::Input;
using transcode::messages::Job;
using transcode::messages::Reason;
using Bytes = std::vector<std::byte>;
using Samples = std::vector<std::int16_t>;

class InMemory final : public File {
  public:
    explicit InMemory(Bytes bytes) : bytes_(std::move(bytes)) {}
    std::uint64_t size_in_bytes() const override { return bytes_.size(); }
    std::optional<std::size_t> read(std::uint64_t offset, std::span<std::byte> into) override {
        lost_ = lost_ || gone;
        if (gone) return std::nullopt;
        if (offset >= bytes_.size()) return 0;
        const auto count = std::min<std::size_t>({into.size(), bytes_.size() - offset, 1000});
        std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(offset), count, into.begin());
        return count;
    }
    bool lost() const override { return lost_; }
    bool gone = false;

  private:
    bool lost_ = false;
    Bytes bytes_;
};

/// Left: 440 Hz, right: 1000 Hz, each in its own half seconds, so that channels and times can be told apart.
Samples two_parties(std::uint32_t rate_hz, unsigned seconds) {
    Samples out;
    for (std::uint32_t i = 0; i < rate_hz * seconds; ++i) {
        const bool left = (2 * i / rate_hz) % 2 == 0;
        const double at = static_cast<double>(i) / rate_hz;
        out.push_back(left ? static_cast<std::int16_t>(9000 * std::sin(2 * M_PI * 440 * at)) : std::int16_t{0});
        out.push_back(left ? std::int16_t{0} : static_cast<std::int16_t>(9000 * std::sin(2 * M_PI * 1000 * at)));
    }
    return out;
}

Bytes bytes_of(const Samples& samples) {
    const auto bytes = std::as_bytes(std::span(samples));
    return {bytes.begin(), bytes.end()};
}

Bytes wav_of(const Samples& samples, unsigned channels, std::uint32_t rate_hz) {
    return tests::make_wav({1, static_cast<std::uint16_t>(channels), rate_hz, 16}, bytes_of(samples));
}

Bytes float_wav(const Samples& samples, unsigned channels, std::uint32_t rate_hz) {
    Bytes out;
    for (const auto sample : samples) {
        const float value = static_cast<float>(sample) / 32768;
        const auto bytes = std::as_bytes(std::span(&value, 1));
        out.insert(out.end(), bytes.begin(), bytes.end());
    }
    return tests::make_wav({3, static_cast<std::uint16_t>(channels), rate_hz, 32}, out);
}

Prepared prepared(const Job& job, Bytes bytes) {
    InMemory file(std::move(bytes));
    auto outcome = prepare(job, file);
    if (const auto* reason = std::get_if<Reason>(&outcome)) FAIL(text(*reason));
    return std::get<Prepared>(std::move(outcome));
}

Reason refused(const Job& job, Bytes bytes) {
    InMemory file(std::move(bytes));
    return std::get<Reason>(prepare(job, file));
}

Bytes rendition_of(const Prepared& done) {
    Bytes out;
    done.rendition->file().each([&out](std::span<const std::byte> piece) {
        out.insert(out.end(), piece.begin(), piece.end());
        return true;
    });
    return out;
}

Job job_of(Input input, bool rendition = false) {
    return {input, 0, rendition, 0, 0};
}

const bool kQuiet = [] {
    warm_up();  // and FFmpeg says no more
    return true;
}();

TEST_CASE("A WAV of floats is measured as the same call in 16 bits is") {
    const auto samples = two_parties(8000, 3);
    transcode::measure::Meter meter(2, 8000);
    meter.take(samples);
    const auto expected = meter.finish();
    const auto done = prepared(job_of(Input::kWav), float_wav(samples, 2, 8000));
    CHECK(done.facts.coding == Coding::kPcm);
    CHECK(done.facts.frames == 24'000);
    CHECK(done.facts.channels == expected.channels);
    CHECK(done.outline == transcode::measure::write_outline(expected));
    CHECK_FALSE(done.rendition);
}

TEST_CASE("Raw samples are heard as they were declared, most significant byte first") {
    const auto samples = two_parties(16'000, 1);
    auto bytes = bytes_of(samples);
    for (std::size_t i = 0; i < bytes.size(); i += 2) std::swap(bytes[i], bytes[i + 1]);
    const auto done = prepared({Input::kRawL16, 0, false, 2, 16'000}, bytes);
    CHECK(done.facts.frames == 16'000);
    CHECK(done.facts.rate_hz == 16'000);
    CHECK(done.facts.channels.size() == 2);
    CHECK(done.facts.channels[0].peak >= 8990);
}

TEST_CASE("The rendition is an .m4a whose index comes first, as long as the call, with its parties apart") {
    for (const std::uint32_t rate : {8000U, 11'025U, 16'000U, 48'000U, 96'000U}) {
        const auto samples = two_parties(rate, 3);
        const auto done = prepared(job_of(Input::kWav, true), wav_of(samples, 2, rate));
        const auto file = rendition_of(done);
        const std::string text(reinterpret_cast<const char*>(file.data()), file.size());
        INFO("rate " << rate);
        CHECK(text.substr(4, 7) == "ftypM4A");
        CHECK(text.find("moov") < text.find("mdat"));
        const auto again = prepared(job_of(Input::kMp4), file);
        CHECK(again.facts.coding == Coding::kAac);
        CHECK(again.facts.rate_hz == std::min(rate, 48'000U));
        CHECK(again.facts.duration_ms() >= 3000);
        CHECK(again.facts.duration_ms() < 3150);  // to the end of the last AAC frame
        // In each half second one party speaks and the other does not: to the point, so seeking is exact.
        const auto parts = transcode::measure::read_outline(again.outline, again.outline.size()).value();
        const auto loud = [&](std::uint32_t point, unsigned channel) {
            return static_cast<std::int8_t>(again.outline[24 + (point * parts.channels + channel) * 2 + 1]) > 20;
        };
        for (std::uint32_t point = 0; point < 58; ++point) {
            if (point % 10 == 0 || point % 10 == 9) continue;  // a change lies beside it
            const bool left = (point / 10) % 2 == 0;
            REQUIRE(loud(point, 0) == left);
            REQUIRE(loud(point, 1) == !left);
        }
    }
}

TEST_CASE("More than two channels become one that has all of them, and are measured apart") {
    Samples samples;
    for (std::size_t i = 0; i < 16'000; ++i) {
        for (unsigned channel = 0; channel < 8; ++channel)
            samples.push_back(channel == 5 ? static_cast<std::int16_t>(20'000 * std::sin(0.2 * static_cast<double>(i)))
                                           : std::int16_t{0});
    }
    const auto done = prepared(job_of(Input::kWav, true), wav_of(samples, 8, 16'000));
    CHECK(done.facts.channels.size() == 8);
    CHECK_FALSE(done.facts.channels[5].silent);
    CHECK(done.facts.channels[4].silent);
    const auto again = prepared(job_of(Input::kMp4), rendition_of(done));
    REQUIRE(again.facts.channels.size() == 1);
    CHECK(again.facts.channels[0].peak > 1800);  // an eighth of it
    CHECK(again.facts.channels[0].peak < 3500);
}

TEST_CASE("A file is read as what it was declared to be, and as nothing else") {
    const auto wav = wav_of(two_parties(8000, 1), 2, 8000);
    CHECK(refused(job_of(Input::kMp3), Bytes(5000, std::byte{0x20})) == Reason::kMalformed);
    for (const auto input : {Input::kOgg, Input::kWebm, Input::kMp4, Input::kFlac, Input::kAmr})
        CHECK(refused(job_of(input), wav) == Reason::kMalformed);
    CHECK(refused(job_of(Input::kWav), Bytes(100, std::byte{0})) == Reason::kMalformed);
    CHECK(refused(job_of(Input::kWav), {}) == Reason::kMalformed);
}

TEST_CASE("Codings, rates and channels that are not accepted are refused as such") {
    REQUIRE(kQuiet);
    CHECK(refused(job_of(Input::kWav), tests::make_wav({0x11, 1, 8000, 4}, Bytes(4000))) == Reason::kUnsupported);
    CHECK(refused(job_of(Input::kWav), float_wav(Samples(100), 1, 400'000)) == Reason::kUnsupported);
    CHECK(refused(job_of(Input::kWav), float_wav(Samples(1000), 10, 8000)) == Reason::kUnsupported);
}

TEST_CASE("No samples are no sound, and a cut file is heard as far as it goes") {
    const auto reason = refused(job_of(Input::kWav), float_wav({}, 1, 8000));
    CHECK((reason == Reason::kNoSound || reason == Reason::kMalformed));
    auto cut = float_wav(two_parties(8000, 2), 2, 8000);
    cut.resize(cut.size() / 2);
    const auto done = prepared(job_of(Input::kWav, true), cut);
    CHECK(done.facts.duration_ms() > 950);
    CHECK(done.facts.duration_ms() < 1000);
}

TEST_CASE("Without anyone to read from, nothing is said") {
    InMemory file(wav_of(two_parties(8000, 1), 2, 8000));
    file.gone = true;
    CHECK(std::holds_alternative<Lost>(prepare(job_of(Input::kWav), file)));
}

TEST_CASE("A file in memory reads back what was written to any place, up to its limit") {
    MemoryFile file;
    std::vector<std::uint8_t> bytes(MemoryFile::kBlockInBytes + 100);
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(i * 7);
    CHECK(file.write(50, bytes));
    CHECK(file.size() == bytes.size() + 50);
    std::vector<std::uint8_t> again;
    for (std::uint64_t at = 50; at < file.size();) {
        std::vector<std::uint8_t> piece(1000);
        const auto got = file.read(at, piece);
        again.insert(again.end(), piece.begin(), piece.begin() + static_cast<std::ptrdiff_t>(got));
        at += got;
    }
    CHECK(again == bytes);
    CHECK(file.read(file.size(), bytes) == 0);
    CHECK_FALSE(file.write(MemoryFile::kMaxInBytes - 10, std::span(bytes).first(11)));
    CHECK(file.size() == bytes.size() + 50);
}

}  // namespace
