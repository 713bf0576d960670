#include "transcode/wav/virtual_wav.hpp"

#include <catch2/catch.hpp>
#include <random>

#include "tests/support/tone.hpp"
#include "transcode/wav/g711.hpp"
#include "transcode/wav/header.hpp"

namespace {

using tests::make_wav;
using tests::WavFields;
using transcode::wav::Format;
using transcode::wav::Slice;
using transcode::wav::VirtualWav;
using Bytes = std::vector<std::byte>;

VirtualWav open(const Bytes& file) {
    return VirtualWav::create(std::get<Format>(transcode::wav::parse_header(file, file.size()))).value();
}

Bytes range_of(const VirtualWav& wav, const Bytes& file, std::uint64_t first, std::uint64_t last) {
    const Slice slice = wav.plan(first, last);
    REQUIRE(slice.source_offset + slice.source_size <= file.size());
    Bytes out(slice.size);
    const auto source = std::span(file).subspan(slice.source_offset, slice.source_size);
    REQUIRE(wav.render(slice, source, out).has_value());
    return out;
}

Bytes whole(const VirtualWav& wav, const Bytes& file) {
    return range_of(wav, file, 0, wav.size_in_bytes() - 1);
}

Bytes noise(std::size_t size, unsigned seed) {
    std::mt19937 random(seed);
    Bytes out(size);
    for (auto& byte : out) byte = static_cast<std::byte>(random());
    return out;
}

std::int16_t sample(const Bytes& wav, std::size_t index) {
    const auto low = std::to_integer<unsigned>(wav[44 + 2 * index]);
    const auto high = std::to_integer<unsigned>(wav[45 + 2 * index]);
    return static_cast<std::int16_t>(high << 8U | low);
}

Bytes bytes_of(std::initializer_list<int> values) {
    Bytes out;
    for (const int value : values) out.push_back(static_cast<std::byte>(value));
    return out;
}

const WavFields kCodings[] = {{1, 1, 8000, 8},  {1, 1, 8000, 16}, {1, 2, 8000, 16}, {1, 1, 8000, 24}, {1, 3, 8000, 24},
                              {1, 2, 8000, 32}, {6, 1, 8000, 8},  {6, 2, 8000, 8},  {7, 2, 8000, 8},  {7, 8, 8000, 8}};

TEST_CASE("Any range of the virtual WAV equals that slice of the whole, for every coding") {
    std::mt19937 random(20261124);
    for (const auto& fields : kCodings) {
        const Bytes file = make_wav(fields, noise(960, fields.bits + fields.channels));
        const VirtualWav wav = open(file);
        const Bytes all = whole(wav, file);
        REQUIRE(all.size() == wav.size_in_bytes());
        for (int i = 0; i < 3000; ++i) {
            const std::uint64_t a = random() % all.size();
            const std::uint64_t b = random() % all.size();
            const std::uint64_t first = std::min(a, b);
            const std::uint64_t last =
                i % 3 == 0 ? std::min<std::uint64_t>(first + random() % 4, all.size() - 1) : std::max(a, b);
            const Bytes part = range_of(wav, file, first, last);
            REQUIRE(std::equal(part.begin(), part.end(), all.begin() + static_cast<std::ptrdiff_t>(first),
                               all.begin() + static_cast<std::ptrdiff_t>(last + 1)));
        }
    }
}

TEST_CASE("The virtual WAV is itself a WAV of 16-bit samples with the same frames") {
    for (const auto& fields : kCodings) {
        const Bytes file = make_wav(fields, noise(960, 7));
        const VirtualWav wav = open(file);
        const Bytes all = whole(wav, file);
        const Format again = std::get<Format>(transcode::wav::parse_header(all, all.size()));
        REQUIRE(again.coding == transcode::wav::Coding::kPcm16);
        REQUIRE(again.channels == fields.channels);
        REQUIRE(again.sample_rate_hz == fields.rate);
        REQUIRE(again.frames() == wav.format().frames());
        REQUIRE(again.missing_bytes == 0);
    }
}

TEST_CASE("Sixteen-bit samples come through byte for byte, and may be sent uncopied") {
    const Bytes file = tests::tone_wav(1);
    const VirtualWav wav = open(file);
    REQUIRE(wav.is_verbatim());
    REQUIRE(whole(wav, file) == file);
    const Slice slice = wav.plan(101, 200);
    REQUIRE(slice.source_offset == 101 - 44 + wav.format().data_offset);
    REQUIRE(slice.source_size == 100);
}

TEST_CASE("Wider and narrower PCM keeps its upper sixteen bits") {
    const Bytes eight = make_wav({1, 1, 8000, 8}, bytes_of({0x00, 0x80, 0xFF}));
    REQUIRE(sample(whole(open(eight), eight), 0) == -32768);
    REQUIRE(sample(whole(open(eight), eight), 1) == 0);
    REQUIRE(sample(whole(open(eight), eight), 2) == 32512);
    const Bytes wide = make_wav({1, 1, 8000, 24}, bytes_of({0xFF, 0xFF, 0x7F, 0x01, 0x00, 0x80, 0xFF, 0xFF, 0xFF}));
    REQUIRE(sample(whole(open(wide), wide), 0) == 32767);
    REQUIRE(sample(whole(open(wide), wide), 1) == -32768);
    REQUIRE(sample(whole(open(wide), wide), 2) == -1);
    const Bytes widest = make_wav({1, 1, 8000, 32}, bytes_of({0, 0, 0x34, 0x12}));
    REQUIRE(sample(whole(open(widest), widest), 0) == 0x1234);
}

TEST_CASE("All 256 codes of A-law and mu-law come out as in the tables, interleaving kept") {
    Bytes codes;
    for (int i = 0; i < 256; ++i) codes.push_back(static_cast<std::byte>(i));
    const Bytes alaw = make_wav({6, 2, 8000, 8}, codes);
    const Bytes mulaw = make_wav({7, 2, 8000, 8}, codes);
    const Bytes from_alaw = whole(open(alaw), alaw);
    const Bytes from_mulaw = whole(open(mulaw), mulaw);
    for (std::size_t i = 0; i < 256; ++i) {
        REQUIRE(sample(from_alaw, i) == transcode::wav::kALawTable[i]);
        REQUIRE(sample(from_mulaw, i) == transcode::wav::kMuLawTable[i]);
    }
}

TEST_CASE("Ranges past the end are cut, and a header-only range needs no source byte") {
    const Bytes file = make_wav({6, 1, 8000, 8}, noise(100, 1));
    const VirtualWav wav = open(file);
    REQUIRE(wav.size_in_bytes() == 244);
    REQUIRE(wav.plan(0, 1).source_size == 0);
    REQUIRE(wav.plan(0, 43).source_size == 0);
    REQUIRE(wav.plan(43, 44).source_size == 1);
    REQUIRE(wav.plan(200, 10000).size == 44);
    REQUIRE(wav.plan(244, 300).size == 0);
    REQUIRE(wav.plan(0, UINT64_MAX).size == 244);
    REQUIRE(wav.plan(UINT64_MAX, UINT64_MAX).size == 0);
    REQUIRE(wav.plan(10, 9).size == 0);
}

TEST_CASE("Source bytes of another size than planned are refused, never read past") {
    const Bytes file = make_wav({6, 1, 8000, 8}, noise(100, 1));
    const VirtualWav wav = open(file);
    const Slice slice = wav.plan(40, 100);
    Bytes out(61);
    REQUIRE_FALSE(wav.render(slice, std::span(file).first(slice.source_size - 1), out).has_value());
    REQUIRE_FALSE(wav.render(slice, std::span(file).first(slice.source_size), std::span(out).first(60)).has_value());
    Slice forged = slice;
    forged.first = 100000;
    REQUIRE_FALSE(wav.render(forged, std::span(file).first(slice.source_size), out).has_value());
}

TEST_CASE("position_at tells how far the source's bytes reach: planning up to there never needs more") {
    for (const auto& fields : kCodings) {
        const Bytes file = make_wav(fields, noise(960, 3));
        const VirtualWav wav = open(file);
        for (std::uint64_t end = 0; end <= file.size() + 5; ++end) {
            const std::uint64_t position = wav.position_at(end);
            const Slice slice = wav.plan(0, position - 1);
            REQUIRE(slice.source_offset + slice.source_size <= std::max<std::uint64_t>(end, 44));
            if (position < wav.size_in_bytes()) {
                const Slice next = wav.plan(position, position);
                REQUIRE(next.source_offset + next.source_size > end);
            }
        }
        REQUIRE(wav.position_at(file.size()) == wav.size_in_bytes());
    }
}

TEST_CASE("A result past 4 GiB and an unknown length are refused") {
    Format format;
    format.coding = transcode::wav::Coding::kALaw;
    format.sample_rate_hz = 8000;
    format.data_offset = 44;
    REQUIRE(VirtualWav::create(format).error().code == policy::Code::kInvalid);
    format.data_bytes = 0x80000000ULL;
    REQUIRE(VirtualWav::create(format).error().code == policy::Code::kTooLarge);
    format.data_bytes = (0xFFFFFFFFULL - 36) / 2;
    REQUIRE(VirtualWav::create(format).has_value());
}

}  // namespace
