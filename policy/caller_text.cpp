#include "policy/caller_text.hpp"

namespace policy {

namespace {

/// Takes one well-formed UTF-8 code point off the front; none when it is not well-formed (RFC 3629).
std::optional<char32_t> take_code_point(std::string_view& text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char first = byte(0);
    const std::size_t size = first < 0x80   ? 1
                             : first < 0xC2 ? 0
                             : first < 0xE0 ? 2
                             : first < 0xF0 ? 3
                             : first < 0xF5 ? 4
                                            : 0;
    if (size == 0 || text.size() < size) return std::nullopt;
    char32_t point = size == 1 ? first : static_cast<char32_t>(first & (0x7FU >> size));
    for (std::size_t i = 1; i < size; ++i) {
        if ((byte(i) & 0xC0U) != 0x80U) return std::nullopt;
        point = (point << 6U) | (byte(i) & 0x3FU);
    }
    const bool overlong = (size == 3 && point < 0x800) || (size == 4 && point < 0x10000);
    const bool surrogate = point >= 0xD800 && point <= 0xDFFF;
    if (overlong || surrogate || point > 0x10FFFF) return std::nullopt;
    text.remove_prefix(size);
    return point;
}

bool is_control(char32_t point) {
    return point < 0x20 || (point >= 0x7F && point < 0xA0);
}

}  // namespace

std::optional<Flaw> flaw_of(std::string_view value, std::size_t longest) {
    std::size_t count = 0;
    while (!value.empty()) {
        const auto point = take_code_point(value);
        if (!point) return Flaw{FaultCode::kFieldFormat, "Send well-formed UTF-8."};
        if (is_control(*point)) return Flaw{FaultCode::kFieldFormat, "Leave control characters out."};
        if (++count > longest) {
            return Flaw{FaultCode::kFieldTooLong, "Send at most " + std::to_string(longest) + " characters."};
        }
    }
    return std::nullopt;
}

bool is_country_code(std::string_view value) {
    const auto capital = [](char c) { return c >= 'A' && c <= 'Z'; };
    return value.size() == 2 && capital(value[0]) && capital(value[1]);
}

std::string quoted(std::string_view value) {
    constexpr std::size_t kLongest = 40;
    std::string out = "\"";
    for (const char c : value.substr(0, kLongest)) out.push_back(c >= ' ' && c <= '~' && c != '"' ? c : '?');
    return out + (value.size() > kLongest ? "...\"" : "\"");
}

}  // namespace policy
