#include "gateway/http/request_check.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include "gateway/http/ascii.hpp"

namespace gateway::http {
namespace {

using Refusal = std::optional<HeadRefusal>;

constexpr HeadRefusal kBareLineEnd{400, "bare-line-end", "Lines end with CR LF; a CR or LF stood alone."};
constexpr HeadRefusal kControl{400, "control-character", "The head holds a control character."};
constexpr HeadRefusal kRequestLine{400, "request-line", "The request line is not METHOD /path HTTP/1.1."};
constexpr HeadRefusal kVersion{505, "version", "Only HTTP/1.1 is spoken here."};
constexpr HeadRefusal kFolded{400, "folded-field", "Folded header lines are not accepted."};
constexpr HeadRefusal kFieldName{400, "field-name", "A header line is not name, colon, value without space between."};
constexpr HeadRefusal kTooManyFields{431, "too-many-fields", "There are more header fields than are accepted."};
constexpr HeadRefusal kHost{400, "host", "Exactly one Host field with a host name is needed."};
constexpr HeadRefusal kTwice{400, "field-twice", "A header field that must be alone stands there twice."};
constexpr HeadRefusal kLength{400, "content-length", "Content-Length is not one decimal number."};
constexpr HeadRefusal kTwoLengths{400, "two-lengths", "Content-Length and Transfer-Encoding exclude each other."};
constexpr HeadRefusal kCoding{400, "transfer-coding", "The only transfer coding accepted is one `chunked`."};
constexpr HeadRefusal kExpectation{417, "expectation", "The only expectation accepted is 100-continue."};

/// Fields that mean something else, or nothing, when there are two of them.
constexpr std::array<std::string_view, 15> kAlone = {"content-length",
                                                     "transfer-encoding",
                                                     "host",
                                                     "authorization",
                                                     "content-type",
                                                     "content-digest",
                                                     "repr-digest",
                                                     "expect",
                                                     "range",
                                                     "if-range",
                                                     "idempotency-key",
                                                     "callvault-metadata",
                                                     "content-encoding",
                                                     "origin",
                                                     "dpop"};

/// Takes the next line off `rest`, without its CR LF; nothing when it does not end so or holds a lone CR.
std::optional<std::string_view> next_line(std::string_view& rest) {
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos || end == 0 || rest[end - 1] != '\r') return std::nullopt;
    const std::string_view line = rest.substr(0, end - 1);
    if (line.find('\r') != std::string_view::npos) return std::nullopt;
    rest.remove_prefix(end + 1);
    return line;
}

bool is_target_char(char c) {
    return c > ' ' && c < '\x7F' && c != '#';
}

/// Visible characters, spaces, tabs and obs-text.
bool is_value_char(char c) {
    return c == '\t' || (c >= ' ' && c != '\x7F') || static_cast<std::uint8_t>(c) >= 0x80;
}

Refusal read_request_line(std::string_view line, CheckedHead& head) {
    const std::size_t first = line.find(' ');
    const std::size_t last = line.rfind(' ');
    if (first == std::string_view::npos || first == last) return kRequestLine;
    head.method = line.substr(0, first);
    head.target = line.substr(first + 1, last - first - 1);
    const std::string_view version = line.substr(last + 1);
    if (!is_token(head.method) || head.target.empty() || head.target.front() != '/') return kRequestLine;
    if (!std::all_of(head.target.begin(), head.target.end(), is_target_char)) return kRequestLine;
    if (version == "HTTP/1.1") return std::nullopt;
    const bool other = version.size() == 8 && version.starts_with("HTTP/") && is_digit(version[5]) &&
                       version[6] == '.' && is_digit(version[7]);
    return other ? kVersion : kRequestLine;
}

Refusal read_field(std::string_view line, CheckedHead& head) {
    if (line.front() == ' ' || line.front() == '\t') return kFolded;
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) return kFieldName;
    const std::string_view value = line.substr(colon + 1);
    if (!std::all_of(value.begin(), value.end(), is_value_char)) return kControl;
    head.fields.push_back({line.substr(0, colon), trimmed(value)});
    return std::nullopt;
}

bool is_host(std::string_view value) {
    const auto fits = [](char c) {
        const char l = lower(c);
        return is_digit(c) || (l >= 'a' && l <= 'z') || std::string_view("-._:[]").find(c) != std::string_view::npos;
    };
    return !value.empty() && std::all_of(value.begin(), value.end(), fits);
}

Refusal read_length(std::string_view value, CheckedHead& head) {
    std::uint64_t length = 0;
    if (value.empty() || value.size() > 18 || !std::all_of(value.begin(), value.end(), is_digit)) return kLength;
    const auto result = std::from_chars(value.data(), value.data() + value.size(), length);
    if (result.ec != std::errc() || result.ptr != value.data() + value.size()) return kLength;
    head.content_length = length;
    return std::nullopt;
}

bool has_member(std::string_view list, std::string_view wanted) {
    while (!list.empty()) {
        const std::size_t comma = std::min(list.find(','), list.size());
        if (same_text(trimmed(list.substr(0, comma)), wanted)) return true;
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
    return false;
}

Refusal understand(const Field& field, CheckedHead& head) {
    if (same_text(field.name, "host") && !is_host(field.value)) return kHost;
    if (same_text(field.name, "content-length")) return read_length(field.value, head);
    if (same_text(field.name, "transfer-encoding")) {
        if (!same_text(field.value, "chunked")) return kCoding;
        head.chunked = true;
    }
    if (same_text(field.name, "expect")) {
        if (!same_text(field.value, "100-continue")) return kExpectation;
        head.expects_continue = true;
    }
    if (same_text(field.name, "connection") && has_member(field.value, "close")) head.keep_alive = false;
    return std::nullopt;
}

Refusal check_counts(const CheckedHead& head) {
    std::array<unsigned, kAlone.size()> count{};
    for (const Field& field : head.fields) {
        for (std::size_t i = 0; i < kAlone.size(); ++i) count[i] += same_text(field.name, kAlone[i]) ? 1U : 0U;
    }
    for (std::size_t i = 0; i < kAlone.size(); ++i) {
        if (count[i] < 2) continue;
        if (kAlone[i] == "host") return kHost;
        if (kAlone[i] == "content-length") return kLength;
        return kAlone[i] == "transfer-encoding" ? kCoding : kTwice;
    }
    return count[2] == 1 ? std::nullopt : Refusal(kHost);
}

}  // namespace

std::variant<CheckedHead, HeadRefusal> check_head(std::string_view bytes, const HeadLimits& limits) {
    CheckedHead head;
    auto line = next_line(bytes);
    if (!line) return kBareLineEnd;
    if (const auto refusal = read_request_line(*line, head)) return *refusal;
    head.fields.reserve(16);
    for (;;) {
        line = next_line(bytes);
        if (!line) return kBareLineEnd;
        if (line->empty()) break;
        if (head.fields.size() == limits.fields) return kTooManyFields;
        if (const auto refusal = read_field(*line, head)) return *refusal;
    }
    if (!bytes.empty()) return kBareLineEnd;
    if (const auto refusal = check_counts(head)) return *refusal;
    for (const Field& field : head.fields) {
        if (const auto refusal = understand(field, head)) return *refusal;
    }
    if (head.chunked && head.content_length) return kTwoLengths;
    if (!head.chunked && !head.content_length) head.content_length = 0;
    return head;
}

}  // namespace gateway::http
