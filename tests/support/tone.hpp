#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace tests {

inline void append(std::vector<std::byte>& out, std::string_view text) {
    for (const char c : text) out.push_back(static_cast<std::byte>(c));
}

inline void append_le(std::vector<std::byte>& out, std::uint64_t value, unsigned bytes) {
    for (unsigned i = 0; i < bytes; ++i) out.push_back(static_cast<std::byte>(value >> (8 * i) & 0xFFU));
}

/// What stands in a made-up header; the fields are written as they are, right or wrong.
struct WavFields {
    std::uint16_t tag = 1;
    std::uint16_t channels = 1;
    std::uint32_t rate = 8000;
    std::uint16_t bits = 16;
};

inline void append_format_chunk(std::vector<std::byte>& out, const WavFields& fields) {
    const auto frame = static_cast<std::uint16_t>(fields.channels * ((fields.bits + 7) / 8));
    append(out, "fmt ");
    append_le(out, 16, 4);
    append_le(out, fields.tag, 2);
    append_le(out, fields.channels, 2);
    append_le(out, fields.rate, 4);
    append_le(out, std::uint64_t{fields.rate} * frame, 4);
    append_le(out, frame, 2);
    append_le(out, fields.bits, 2);
}

/// A WAV of the given samples; the data size is what is said, by default the truth.
inline std::vector<std::byte> make_wav(const WavFields& fields, const std::vector<std::byte>& samples,
                                       std::int64_t declared = -1) {
    std::vector<std::byte> out;
    append(out, "RIFF");
    append_le(out, 36 + samples.size(), 4);
    append(out, "WAVE");
    append_format_chunk(out, fields);
    append(out, "data");
    append_le(out, declared < 0 ? samples.size() : static_cast<std::uint64_t>(declared), 4);
    out.insert(out.end(), samples.begin(), samples.end());
    return out;
}

/// Mono 16-bit PCM, a 440 Hz tone that swells: no two stretches of it are alike.
inline std::vector<std::byte> tone_wav(unsigned seconds = 10, std::uint32_t rate = 8000) {
    std::vector<std::byte> samples;
    const std::uint64_t count = std::uint64_t{seconds} * rate;
    for (std::uint64_t n = 0; n < count; ++n) {
        const double time = static_cast<double>(n) / rate;
        const double level = 3000.0 + 20000.0 * static_cast<double>(n) / static_cast<double>(count);
        append_le(samples, static_cast<std::uint64_t>(std::lround(level * std::sin(6.283185307179586 * 440.0 * time))),
                  2);
    }
    return make_wav({1, 1, rate, 16}, samples);
}

}  // namespace tests
