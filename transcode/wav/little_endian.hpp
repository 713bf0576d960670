#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace transcode::wav {

/// RIFF is little-endian on every machine. The caller has checked that the bytes are there.
inline std::uint16_t read_le16(std::span<const std::byte> bytes, std::size_t offset) {
    return static_cast<std::uint16_t>(std::to_integer<unsigned>(bytes[offset]) |
                                      std::to_integer<unsigned>(bytes[offset + 1]) << 8U);
}

inline std::uint32_t read_le32(std::span<const std::byte> bytes, std::size_t offset) {
    return read_le16(bytes, offset) | static_cast<std::uint32_t>(read_le16(bytes, offset + 2)) << 16U;
}

inline void write_le16(std::byte* out, std::uint16_t value) {
    out[0] = static_cast<std::byte>(value & 0xFFU);
    out[1] = static_cast<std::byte>(value >> 8U);
}

inline void write_le32(std::byte* out, std::uint32_t value) {
    write_le16(out, static_cast<std::uint16_t>(value & 0xFFFFU));
    write_le16(out + 2, static_cast<std::uint16_t>(value >> 16U));
}

}  // namespace transcode::wav
