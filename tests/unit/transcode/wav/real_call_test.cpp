#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "transcode/wav/header.hpp"
#include "transcode/wav/virtual_wav.hpp"

namespace {

using transcode::wav::Format;
using transcode::wav::VirtualWav;
using Bytes = std::vector<std::byte>;

Bytes read(const std::string& name) {
    std::ifstream file(std::string(CALLVAULT_TEST_DATA) + "/" + name, std::ios::binary);
    REQUIRE(file.good());
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const auto bytes = std::as_bytes(std::span(text));
    return {bytes.begin(), bytes.end()};
}

std::vector<int> samples_of(const Bytes& file) {
    const VirtualWav wav =
        VirtualWav::create(std::get<Format>(transcode::wav::parse_header(file, file.size()))).value();
    const auto slice = wav.plan(44, wav.size_in_bytes() - 1);
    Bytes out(slice.size);
    REQUIRE(wav.render(slice, std::span(file).subspan(slice.source_offset, slice.source_size), out).has_value());
    std::vector<int> samples;
    for (std::size_t i = 0; i + 1 < out.size(); i += 2) {
        const auto word = std::to_integer<unsigned>(out[i]) | std::to_integer<unsigned>(out[i + 1]) << 8U;
        samples.push_back(static_cast<std::int16_t>(word));
    }
    return samples;
}

// Computed with another decoder (Python's audioop), as FNV-1a over the little-endian samples.
std::uint64_t fingerprint(const std::vector<int>& samples) {
    std::uint64_t hash = 0xCBF29CE484222325ULL;
    for (const int sample : samples) {
        for (const unsigned shift : {0U, 8U})
            hash = (hash ^ (static_cast<std::uint16_t>(sample) >> shift & 0xFFU)) * 0x100000001B3ULL;
    }
    return hash;
}

TEST_CASE("A real call in A-law and mu-law decodes to the very samples of another decoder") {
    REQUIRE(fingerprint(samples_of(read("two-party-call-27s-alaw.wav"))) == 0xB75E464AF189C79EULL);
    REQUIRE(fingerprint(samples_of(read("two-party-call-27s-ulaw.wav"))) == 0x70652574FFE746A5ULL);
    REQUIRE(fingerprint(samples_of(read("two-party-call-27s.wav"))) == 0xE3F0E5A8B45D13AFULL);
}

TEST_CASE("The three codings of the call are the same call, as close as G.711 can be") {
    const auto pcm = samples_of(read("two-party-call-27s.wav"));
    for (const auto* name : {"two-party-call-27s-alaw.wav", "two-party-call-27s-ulaw.wav"}) {
        const auto coded = samples_of(read(name));
        REQUIRE(coded.size() == pcm.size());
        for (std::size_t i = 0; i < pcm.size(); ++i) {
            if (std::abs(coded[i] - pcm[i]) > 32 + std::abs(pcm[i]) / 16)
                FAIL(name << " at " << i << ": " << coded[i] << ", " << pcm[i]);
        }
    }
}

}  // namespace
