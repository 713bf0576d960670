// The head of a request meets any bytes, whole and in pieces: what is taken has one reading, and its end does not
// depend on how the bytes arrived.
#include <algorithm>
#include <cstdlib>
#include <string>

#include "gateway/http/range.hpp"
#include "gateway/http/request_head.hpp"

namespace http = gateway::http;

namespace {

void expect(bool truth) {
    if (!truth) std::abort();
}

const http::HeadLimits kLimits{256, 1024, 20};

/// Where the search ends when the bytes come `step` at a time: the head's size, a status, or 0 for neither.
std::size_t end_in_pieces(std::string_view bytes, std::size_t step) {
    std::size_t seen = 0;
    for (std::size_t size = std::min(step, bytes.size());; size = std::min(size + step, bytes.size())) {
        const auto found = http::find_head_end(bytes.substr(0, size), seen, kLimits);
        if (const auto* refusal = std::get_if<http::HeadRefusal>(&found)) return refusal->status;
        if (const auto& end = std::get<std::optional<std::size_t>>(found)) return *end;
        if (size == bytes.size()) return 0;
        seen = size;
    }
}

bool is_plain(std::string_view text) {
    return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

void check(const http::RequestHead& head, std::size_t size) {
    expect(head.bytes.size() == size);
    expect(head.chunked != head.content_length.has_value());
    expect(head.target.starts_with('/') && is_plain(head.target) && head.target.find(' ') == std::string_view::npos);
    expect(head.fields.size() <= kLimits.fields);
    expect(head.field("host").has_value());
    for (const auto& field : head.fields) {
        expect(is_plain(field.name) && is_plain(field.value) && !field.name.empty());
        expect(field.name.find_first_of(" \t:") == std::string_view::npos);
        expect(field.name.data() >= head.bytes.data() &&
               field.value.data() + field.value.size() <= head.bytes.data() + size);
    }
    const auto lengths = std::count_if(head.fields.begin(), head.fields.end(), [](const http::Field& field) {
        std::string name(field.name);
        std::transform(name.begin(), name.end(), name.begin(),
                       [](unsigned char c) { return static_cast<char>(c | 0x20U); });
        return name == "content-length" || name == "transfer-encoding";
    });
    expect(lengths <= 1);
    const auto range = http::parse_range(head.field("range"), 1000);
    if (const auto* bytes = std::get_if<http::ByteRange>(&range))
        expect(bytes->first <= bytes->last && bytes->last < 1000);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    if (bytes.empty()) return 0;
    const auto whole = http::parse_head(bytes, kLimits);
    const auto end = end_in_pieces(bytes, 1);
    if (const auto* head = std::get_if<http::RequestHead>(&whole)) {
        check(*head, size);
        expect(end == size || size > kLimits.request_line_bytes + kLimits.head_bytes);
        expect(end_in_pieces(bytes, 7) == end);
    } else {
        expect(std::get<http::HeadRefusal>(whole).status >= 400);
    }
    return 0;
}
