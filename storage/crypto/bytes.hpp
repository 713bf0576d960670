#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace storage::crypto {

/// Bytes that are no secret: sealed, hashed, signed or public.
using Bytes = std::vector<std::byte>;

/// The bytes of a text, not copied: valid as long as the text is.
inline std::span<const std::byte> bytes_of(std::string_view text) {
    return std::as_bytes(std::span(text));
}

/// A text with these bytes.
inline std::string text_of(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Appends `more` to `bytes`.
inline void append(Bytes& bytes, std::span<const std::byte> more) {
    bytes.insert(bytes.end(), more.begin(), more.end());
}

}  // namespace storage::crypto
