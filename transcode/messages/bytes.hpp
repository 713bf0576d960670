#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace transcode::messages {

/// Little-endian, on every machine.
template <std::unsigned_integral Number>
void put(std::vector<std::byte>& out, Number number) {
    for (unsigned i = 0; i < sizeof(Number); ++i)
        out.push_back(static_cast<std::byte>(static_cast<std::uint64_t>(number) >> (8 * i)));
}

/// Takes a number off the front; the caller has checked that it is there.
template <std::unsigned_integral Number>
Number take(std::span<const std::byte>& from) {
    std::uint64_t out = 0;
    for (unsigned i = 0; i < sizeof(Number); ++i) out |= std::to_integer<std::uint64_t>(from[i]) << (8 * i);
    from = from.subspan(sizeof(Number));
    return static_cast<Number>(out);
}

}  // namespace transcode::messages
