#include "gateway/http/request_head.hpp"

#include <cstring>
#include <utility>

#include "gateway/http/ascii.hpp"
#include "gateway/http/beast_reader.hpp"
#include "gateway/http/request_check.hpp"

namespace gateway::http {
namespace {

constexpr HeadRefusal kLineTooLong{414, "request-line-too-long", "The request line is longer than is accepted."};
constexpr HeadRefusal kHeadTooLong{431, "head-too-long", "The header fields are longer than is accepted."};
constexpr HeadRefusal kBareLineFeed{400, "bare-line-end", "Lines end with CR LF; a CR or LF stood alone."};
constexpr HeadRefusal kEmptyLine{400, "request-line", "The request line is not METHOD /path HTTP/1.1."};
constexpr HeadRefusal kDisagreement{400, "ambiguous", "The head can be read in more than one way."};

/// Moves a view from one copy of the head to another.
std::string_view rebased(std::string_view part, std::string_view from, const std::vector<char>& to) {
    return {to.data() + (part.data() - from.data()), part.size()};
}

}  // namespace

std::optional<std::string_view> RequestHead::field(std::string_view name) const {
    for (const Field& field : fields) {
        if (same_text(field.name, name)) return field.value;
    }
    return std::nullopt;
}

std::variant<std::optional<std::size_t>, HeadRefusal> find_head_end(std::string_view bytes, std::size_t seen,
                                                                    const HeadLimits& limits) {
    // `seen` may end between a CR and its LF, or between the two line ends: look again from there.
    for (std::size_t at = bytes.find('\n', seen); at != std::string_view::npos; at = bytes.find('\n', at + 1)) {
        if (at == 0 || bytes[at - 1] != '\r') return kBareLineFeed;
        if (at == 1) return kEmptyLine;
        if (at >= 3 && bytes[at - 2] == '\n') {
            if (at + 1 > limits.request_line_bytes + limits.head_bytes) return kHeadTooLong;
            return at + 1;
        }
    }
    const std::size_t line = bytes.substr(0, limits.request_line_bytes + 1).find('\n');
    if (line == std::string_view::npos && bytes.size() > limits.request_line_bytes) return kLineTooLong;
    if (bytes.size() > limits.request_line_bytes + limits.head_bytes) return kHeadTooLong;
    return std::nullopt;
}

std::variant<RequestHead, HeadRefusal> parse_head(std::string_view bytes, const HeadLimits& limits) {
    if (bytes.find('\n') > limits.request_line_bytes) return kLineTooLong;
    auto outcome = check_head(bytes, limits);
    if (const auto* refusal = std::get_if<HeadRefusal>(&outcome)) return *refusal;
    auto& checked = std::get<CheckedHead>(outcome);
    if (!beast_agrees(bytes, checked)) return kDisagreement;

    RequestHead head;
    head.bytes.assign(bytes.begin(), bytes.end());
    head.method = parse_method(checked.method);
    head.target = rebased(checked.target, bytes, head.bytes);
    head.fields = std::move(checked.fields);
    for (Field& field : head.fields) {
        field.name = rebased(field.name, bytes, head.bytes);
        field.value = rebased(field.value, bytes, head.bytes);
    }
    const std::size_t question = std::min(head.target.find('?'), head.target.size());
    head.path = head.target.substr(0, question);
    head.query = head.target.substr(std::min(question + 1, head.target.size()));
    head.content_length = checked.content_length;
    head.chunked = checked.chunked;
    head.expects_continue = checked.expects_continue;
    head.keep_alive = checked.keep_alive;
    return head;
}

}  // namespace gateway::http
