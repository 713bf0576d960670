#include "transcode/wav/g711.hpp"

namespace transcode::wav {

namespace {

// Both codes are sign, 3 bits of segment (exponent), 4 bits of mantissa. A sample lies in the middle of its interval.
constexpr int segment_of(unsigned code) {
    return static_cast<int>((code >> 4U) & 7U);
}
constexpr int mantissa_of(unsigned code) {
    return static_cast<int>(code & 15U);
}

constexpr std::int16_t alaw_value(unsigned code) {
    code ^= 0x55U;  // even bits are inverted on the line
    const int segment = segment_of(code);
    int magnitude = mantissa_of(code) * 16 + 8;
    if (segment > 0) magnitude = (magnitude + 256) << (segment - 1);
    return static_cast<std::int16_t>((code & 0x80U) != 0 ? magnitude : -magnitude);
}

constexpr std::int16_t mulaw_value(unsigned code) {
    code ^= 0xFFU;  // all bits are inverted on the line
    constexpr int kBias = 33 * 4;
    const int magnitude = ((mantissa_of(code) * 8 + kBias) << segment_of(code)) - kBias;
    return static_cast<std::int16_t>((code & 0x80U) != 0 ? -magnitude : magnitude);
}

template <class Value>
constexpr std::array<std::int16_t, 256> table_of(Value value) {
    std::array<std::int16_t, 256> table{};
    for (unsigned code = 0; code < 256; ++code) table[code] = value(code);
    return table;
}

}  // namespace

constinit const std::array<std::int16_t, 256> kALawTable = table_of(alaw_value);
constinit const std::array<std::int16_t, 256> kMuLawTable = table_of(mulaw_value);

}  // namespace transcode::wav
