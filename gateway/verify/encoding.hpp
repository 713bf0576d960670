#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace gateway::verify {

// Base64 (RFC 4648 section 4, padded, no white space, unused bits zero) and lowercase hexadecimal: one text for one
// sequence of bytes. Bytes are held in std::string.

std::string to_base64(std::string_view bytes);
std::optional<std::string> from_base64(std::string_view text);
std::string to_hex(std::string_view bytes);
std::optional<std::string> from_hex(std::string_view text);

/// Digits only, without leading zeroes, within 64 bits.
std::optional<std::uint64_t> parse_number(std::string_view text);

/// Cuts the first line, without its newline, off `text`; nothing when no newline is left.
std::optional<std::string_view> take_line(std::string_view& text);

}  // namespace gateway::verify
