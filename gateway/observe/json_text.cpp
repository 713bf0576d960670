#include "gateway/observe/json_text.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace gateway::observe {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

std::uint8_t byte_at(std::string_view text, std::size_t i) {
    return static_cast<std::uint8_t>(text[i]);
}

/// The length of the well-formed UTF-8 sequence at `i` (RFC 3629: no overlong forms, no surrogates, at most U+10FFFF);
/// 0 when there is none.
std::size_t sequence_length(std::string_view text, std::size_t i) {
    const std::uint8_t lead = byte_at(text, i);
    std::size_t length = 0;
    std::uint8_t least = 0x80;
    std::uint8_t greatest = 0xBF;
    if (lead < 0x80) return 1;
    if (lead >= 0xC2 && lead <= 0xDF) length = 2;
    if (lead >= 0xE0 && lead <= 0xEF) length = 3;
    if (lead >= 0xF0 && lead <= 0xF4) length = 4;
    if (length == 0 || i + length > text.size()) return 0;
    if (lead == 0xE0) least = 0xA0;
    if (lead == 0xED) greatest = 0x9F;
    if (lead == 0xF0) least = 0x90;
    if (lead == 0xF4) greatest = 0x8F;
    for (std::size_t k = 1; k < length; ++k) {
        if (byte_at(text, i + k) < least || byte_at(text, i + k) > greatest) return 0;
        least = 0x80;
        greatest = 0xBF;
    }
    return length;
}

void append_escaped(std::string& out, char c) {
    static constexpr std::string_view kDigits = "0123456789abcdef";
    switch (c) {
        case '"':
            out += "\\\"";
            return;
        case '\\':
            out += "\\\\";
            return;
        case '\n':
            out += "\\n";
            return;
        case '\r':
            out += "\\r";
            return;
        case '\t':
            out += "\\t";
            return;
        default:
            break;
    }
    const auto value = static_cast<std::uint8_t>(c);
    if (value >= 0x20 && value != 0x7F) {
        out.push_back(c);
        return;
    }
    out += "\\u00";
    out.push_back(kDigits[value >> 4U]);
    out.push_back(kDigits[value & 15U]);
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
    out.push_back('"');
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t length = sequence_length(text, i);
        if (length == 1) append_escaped(out, text[i]);
        if (length == 0) out += kReplacement;
        if (length > 1) out += text.substr(i, length);
        i += length == 0 ? 1 : length;
    }
    out.push_back('"');
}

}  // namespace gateway::observe
