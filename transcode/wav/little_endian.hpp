#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

namespace transcode::wav {

// Numbers as WAV files, outlines and messages have them: little-endian, on every machine. The caller has checked that
// the bytes are there.

template <std::unsigned_integral Number>
Number read_le(std::span<const std::byte> bytes, std::size_t offset) {
    if constexpr (std::endian::native == std::endian::little) {
        Number out{};
        std::memcpy(&out, bytes.data() + offset, sizeof out);
        return out;
    } else {
        std::uint64_t out = 0;
        for (unsigned i = 0; i < sizeof(Number); ++i)
            out |= std::to_integer<std::uint64_t>(bytes[offset + i]) << (8 * i);
        return static_cast<Number>(out);
    }
}

template <std::unsigned_integral Number>
void write_le(std::byte* out, Number number) {
    if constexpr (std::endian::native == std::endian::little) {
        std::memcpy(out, &number, sizeof number);
    } else {
        for (unsigned i = 0; i < sizeof(Number); ++i)
            out[i] = static_cast<std::byte>(static_cast<std::uint64_t>(number) >> (8 * i));
    }
}

template <std::unsigned_integral Number>
void append_le(std::vector<std::byte>& out, Number number) {
    out.resize(out.size() + sizeof(Number));
    write_le(out.data() + out.size() - sizeof(Number), number);
}

/// Takes a number off the front.
template <std::unsigned_integral Number>
Number take_le(std::span<const std::byte>& from) {
    const auto out = read_le<Number>(from, 0);
    from = from.subspan(sizeof(Number));
    return out;
}

}  // namespace transcode::wav
