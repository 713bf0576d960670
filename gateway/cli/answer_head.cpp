#include "gateway/cli/answer_head.hpp"

#include <algorithm>
#include <charconv>

#include "gateway/http/ascii.hpp"

namespace gateway::cli {

using policy::Result;

namespace {

policy::Error malformed(std::string what) {
    return policy::fail(policy::Code::kCorrupt, "the server's answer is no HTTP: " + std::move(what));
}

bool is_value_char(char c) {
    return c == '\t' || (c >= ' ' && c != '\x7F') || static_cast<unsigned char>(c) >= 0x80;
}

Result<int> parse_status(std::string_view line) {
    constexpr std::string_view kVersion = "HTTP/1.1 ";
    int status = 0;
    if (!line.starts_with(kVersion) || line.size() < kVersion.size() + 3) return malformed("the status line");
    const std::string_view digits = line.substr(kVersion.size(), 3);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + 3, status);
    const bool ended = line.size() == kVersion.size() + 3 || line[kVersion.size() + 3] == ' ';
    if (error != std::errc() || end != digits.data() + 3 || !ended || status < 200 || status > 599) {
        return malformed("the status");
    }
    return status;
}

Result<Header> parse_field(std::string_view line) {
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return malformed("a header field");
    const std::string_view name = line.substr(0, colon);
    const std::string_view value = http::trimmed(line.substr(colon + 1));
    if (!http::is_token(name) || !std::ranges::all_of(value, is_value_char)) {
        return malformed("a header field");
    }
    return Header{std::string(name), std::string(value)};
}

std::vector<std::string_view> values_of(const AnswerHead& head, std::string_view name) {
    std::vector<std::string_view> out;
    for (const Header& field : head.headers) {
        if (http::same_text(field.name, name)) out.emplace_back(field.value);
    }
    return out;
}

Result<void> find_framing(AnswerHead& head) {
    const auto lengths = values_of(head, "Content-Length");
    const auto codings = values_of(head, "Transfer-Encoding");
    if (lengths.size() + codings.size() > 1) return malformed("its length is said twice");
    if (!codings.empty()) {
        head.chunked = http::same_text(codings.front(), "chunked");
        if (!head.chunked) return malformed("its transfer coding");
        return {};
    }
    if (lengths.empty()) {
        if (head.status == 204 || head.status == 304) return {};
        return malformed("it does not say its length");
    }
    const std::string_view text = lengths.front();
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), head.length);
    if (text.empty() || error != std::errc() || end != text.data() + text.size()) return malformed("its length");
    if (head.status == 204 || head.status == 304) head.length = 0;
    return {};
}

}  // namespace

std::optional<std::string_view> AnswerHead::header(std::string_view name) const {
    const auto found = values_of(*this, name);
    if (found.empty()) return std::nullopt;
    return found.front();
}

Result<AnswerHead> parse_answer_head(std::string_view text) {
    AnswerHead head;
    bool first = true;
    while (true) {
        const auto end = text.find("\r\n");
        if (end == std::string_view::npos) return malformed("its head does not end");
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(end + 2);
        if (first) {
            auto status = parse_status(line);
            if (status.has_error()) return status.error();
            head.status = *status;
            first = false;
        } else if (line.empty()) {
            break;
        } else {
            auto field = parse_field(line);
            if (field.has_error()) return field.error();
            head.headers.push_back(std::move(*field));
        }
    }
    if (!text.empty()) return malformed("its head");
    if (const auto framed = find_framing(head); framed.has_error()) return framed.error();
    return head;
}

}  // namespace gateway::cli
