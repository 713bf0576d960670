#include "gateway/cli/http_client.hpp"

#include <algorithm>
#include <array>

#include "gateway/http/ascii.hpp"
#include "gateway/http/chunk_decoder.hpp"

namespace gateway::cli {

using policy::Code;
using policy::fail;
using policy::Result;

namespace {

bool is_visible(char c) {
    return c > ' ' && c < '\x7F';
}
bool is_field_char(char c) {
    return c == ' ' || is_visible(c) || static_cast<unsigned char>(c) >= 0x80;
}

Result<std::string> text_of(const HttpQuestion& question) {
    if (!http::is_token(question.method) || !std::ranges::all_of(question.target, is_visible)) {
        return fail(Code::kInvalid, "the request line would hold spaces or controls");
    }
    std::string out = question.method + ' ' + question.target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
    for (const Header& field : question.headers) {
        if (!http::is_token(field.name) || !std::ranges::all_of(field.value, is_field_char)) {
            return fail(Code::kInvalid, field.name + " may not hold control characters");
        }
        out += field.name + ": " + field.value + "\r\n";
    }
    if (!question.body.empty()) out += "Content-Type: application/json\r\n";
    if (!question.body.empty() || question.method == "POST") {
        out += "Content-Length: " + std::to_string(question.body.size()) + "\r\n";
    }
    return out + "\r\n" + question.body;
}

/// Bytes of the answer as they come; keeps what was read past the part that was asked for.
class Incoming {
  public:
    Incoming(LocalSocket& socket, Deadline deadline) : socket_(socket), deadline_(deadline) {}

    Result<void> more() {
        std::array<char, 16384> bytes{};
        const auto got = socket_.read_some(bytes, deadline_);
        if (got.has_error()) return got.error();
        if (*got == 0) return fail(Code::kInDoubt, "the server ended the connection before its answer was whole");
        held_.append(bytes.data(), *got);
        return {};
    }

    std::string& held() { return held_; }

    std::string take(std::size_t count) {
        std::string out = held_.substr(0, count);
        held_.erase(0, count);
        return out;
    }

  private:
    LocalSocket& socket_;
    Deadline deadline_;
    std::string held_;
};

Result<AnswerHead> read_head(Incoming& incoming) {
    std::size_t end = std::string::npos;
    while ((end = incoming.held().find("\r\n\r\n")) == std::string::npos) {
        if (incoming.held().size() > kMaxAnswerHead)
            return fail(Code::kTooLarge, "the head of the server's answer is too long");
        if (const auto read = incoming.more(); read.has_error()) return read.error();
    }
    return parse_answer_head(incoming.take(end + 4));
}

Result<std::string> read_sized(Incoming& incoming, std::uint64_t length) {
    if (length > kMaxAnswerBody) return fail(Code::kTooLarge, "the server's answer is too long");
    while (incoming.held().size() < length) {
        if (const auto read = incoming.more(); read.has_error()) return read.error();
    }
    return incoming.take(static_cast<std::size_t>(length));
}

Result<std::string> read_chunked(Incoming& incoming) {
    http::ChunkDecoder decoder;
    std::string body;
    while (true) {
        const auto step = decoder.step(std::as_bytes(std::span(incoming.held())));
        body.append(reinterpret_cast<const char*>(step.data.data()), step.data.size());
        incoming.held().erase(0, step.consumed);
        if (step.finished) return body;
        if (step.broken) return fail(Code::kCorrupt, "the server's answer is no HTTP: its chunks");
        if (body.size() > kMaxAnswerBody) return fail(Code::kTooLarge, "the server's answer is too long");
        if (!incoming.held().empty()) continue;
        if (const auto read = incoming.more(); read.has_error()) return read.error();
    }
}

}  // namespace

Result<HttpAnswer> exchange(LocalSocket& socket, const HttpQuestion& question, Deadline deadline) {
    const auto text = text_of(question);
    if (text.has_error()) return text.error();
    // A server that refuses early answers and closes before it has read everything: its answer counts, not our write.
    const auto written = socket.write_all(*text, deadline);
    if (written.has_error() && written.error().code == Code::kDeadline) return written.error();
    Incoming incoming(socket, deadline);
    auto head = read_head(incoming);
    if (head.has_error()) return head.error();
    auto body = head->chunked ? read_chunked(incoming) : read_sized(incoming, head->length);
    if (body.has_error()) return body.error();
    return HttpAnswer{std::move(*head), std::move(*body)};
}

}  // namespace gateway::cli
