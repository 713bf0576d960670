#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "storage/crypto/bytes.hpp"

namespace storage::crypto {

// Each pair has one text for one sequence of bytes: decoding takes nothing that encoding would not have written.
// Not for secrets: the results are plain memory, and the time depends on the contents.

std::string to_hex(std::span<const std::byte> bytes);        ///< Lowercase.
std::optional<Bytes> from_hex(std::string_view text);        ///< Lowercase, an even number of digits.
std::string to_base64(std::span<const std::byte> bytes);     ///< RFC 4648 section 4, padded.
std::optional<Bytes> from_base64(std::string_view text);     ///< Padded; no white space; unused bits zero.
std::string to_base64url(std::span<const std::byte> bytes);  ///< RFC 4648 section 5, without padding.
std::optional<Bytes> from_base64url(std::string_view text);  ///< Without padding; unused bits zero.

/// Cuts the first line, without its newline, off `text`; nothing, and `text` as it was, when no newline ends it. The
/// line views what `text` views.
[[nodiscard]] std::optional<std::string_view> take_line(std::string_view& text);

}  // namespace storage::crypto
