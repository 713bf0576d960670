#include "gateway/http/request_head.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <string_view>

namespace {

using namespace gateway::http;

std::variant<RequestHead, HeadRefusal> parse(std::string_view head) {
    return parse_head(head, {});
}

/// "400 two-lengths", or "taken".
std::string answer_to(std::string_view head) {
    const auto outcome = parse(head);
    const auto* refusal = std::get_if<HeadRefusal>(&outcome);
    if (refusal == nullptr) return "taken";
    REQUIRE_FALSE(refusal->sentence.empty());
    return std::to_string(refusal->status) + " " + std::string(refusal->code);
}

/// A request with these header lines (each with its line end) beside Host.
std::string with(std::string_view lines) {
    return "PUT /v1/recordings/x HTTP/1.1\r\nHost: gateway.example\r\n" + std::string(lines) + "\r\n";
}

TEST_CASE("An ordinary head is read") {
    const auto outcome = parse(
        "PUT /v1/recordings?validate=only HTTP/1.1\r\nHost: gateway.example:8443\r\nContent-Length: 12\r\n"
        "Content-Type:\taudio/wav \t\r\nX-Empty:\r\nExpect: 100-Continue\r\n\r\n");
    const auto& head = std::get<RequestHead>(outcome);
    REQUIRE(head.method == Method::kPut);
    REQUIRE(head.path == "/v1/recordings");
    REQUIRE(head.query == "validate=only");
    REQUIRE(head.content_length == 12U);
    REQUIRE_FALSE(head.chunked);
    REQUIRE(head.expects_continue);
    REQUIRE(head.keep_alive);
    REQUIRE(head.field("content-TYPE") == "audio/wav");
    REQUIRE(head.field("x-empty") == "");
    REQUIRE_FALSE(head.field("range"));
}

TEST_CASE("A head keeps its views when it is moved, however short it is") {
    auto head = std::get<RequestHead>(parse("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
    const RequestHead moved = std::move(head);
    REQUIRE(moved.target == "/");
    REQUIRE(moved.field("host") == "a");
    REQUIRE(moved.content_length == 0U);
}

TEST_CASE("Two lengths of a body are never both taken") {
    REQUIRE(answer_to(with("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n")) == "400 two-lengths");
    REQUIRE(answer_to(with("Transfer-Encoding: chunked\r\nContent-Length: 0\r\n")) == "400 two-lengths");
    REQUIRE(answer_to(with("Content-Length: 5\r\nContent-Length: 6\r\n")) == "400 content-length");
    REQUIRE(answer_to(with("Content-Length: 5\r\ncontent-length: 5\r\n")) == "400 content-length");
    REQUIRE(answer_to(with("Content-Length: 5, 5\r\n")) == "400 content-length");
}

TEST_CASE("A length is decimal digits and nothing else") {
    for (const auto* value : {"", "+5", "-5", "0x5", "5 5", "5.0", "5e1", "five", "5;", "\"5\"", "0b1",
                              "99999999999999999999", "18446744073709551616", "\xD9\xA5"}) {
        INFO(value);
        REQUIRE(answer_to(with("Content-Length: " + std::string(value) + "\r\n")) == "400 content-length");
    }
    REQUIRE(answer_to(with("Content-Length: 000005\r\n")) == "taken");
    REQUIRE(std::get<RequestHead>(parse(with("Content-Length: 999999999999999999\r\n"))).content_length ==
            999999999999999999U);
}

TEST_CASE("The only transfer coding is one `chunked`") {
    REQUIRE(answer_to(with("Transfer-Encoding: Chunked\r\n")) == "taken");
    REQUIRE(std::get<RequestHead>(parse(with("Transfer-Encoding: chunked\r\n"))).chunked);
    REQUIRE_FALSE(std::get<RequestHead>(parse(with("Transfer-Encoding: chunked\r\n"))).content_length);
    for (const auto* value : {"", "identity", "gzip", "gzip, chunked", "chunked, gzip", "chunked, chunked", "chunked,",
                              ",chunked", "xchunked", "chunkedx", "\"chunked\"", "chunked;q=1", "chunk"}) {
        INFO(value);
        REQUIRE(answer_to(with("Transfer-Encoding: " + std::string(value) + "\r\n")) == "400 transfer-coding");
    }
    REQUIRE(answer_to(with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n")) == "400 transfer-coding");
    REQUIRE(answer_to(with("Transfer-Encoding: chunked\x0B\r\n")) == "400 control-character");
}

TEST_CASE("CR and LF stand together or not at all") {
    for (const auto* head :
         {"GET / HTTP/1.1\nHost: a\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\n\n",
          "GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\r\n\r\n",
          "GET /\r HTTP/1.1\r\nHost: a\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\n"}) {
        INFO(head);
        REQUIRE(answer_to(head) == "400 bare-line-end");
    }
}

TEST_CASE("A folded line, white space around a name and a line without colon are refused") {
    REQUIRE(answer_to(with("X-A: b\r\n c\r\n")) == "400 folded-field");
    REQUIRE(answer_to(with("X-A: b\r\n\tc\r\n")) == "400 folded-field");
    REQUIRE(answer_to("GET / HTTP/1.1\r\n Host: a\r\n\r\n") == "400 folded-field");
    for (const auto* line :
         {"Content-Length : 5\r\n", "Content-Length\t: 5\r\n", ": 5\r\n", "NoColon\r\n", "Con tent: 5\r\n",
          "Content(Length): 5\r\n", "Content-L\xC3\xA9ngth: 5\r\n", "\"X\": 5\r\n"}) {
        INFO(line);
        REQUIRE(answer_to(with(line)) == "400 field-name");
    }
}

TEST_CASE("There is exactly one Host, and it is a host name") {
    REQUIRE(answer_to("GET / HTTP/1.1\r\n\r\n") == "400 host");
    REQUIRE(answer_to("GET / HTTP/1.1\r\nX: y\r\n\r\n") == "400 host");
    REQUIRE(answer_to("GET / HTTP/1.1\r\nHost:\r\n\r\n") == "400 host");
    REQUIRE(answer_to(with("Host: gateway.example\r\n")) == "400 host");
    REQUIRE(answer_to(with("HOST: other.example\r\n")) == "400 host");
    for (const auto* host : {"a b", "a,b", "a@b", "a/b", "a?b", "user:pw@a", "a#b", "a\\b"}) {
        INFO(host);
        REQUIRE(answer_to("GET / HTTP/1.1\r\nHost: " + std::string(host) + "\r\n\r\n") == "400 host");
    }
    REQUIRE(answer_to("GET / HTTP/1.1\r\nHost: [::1]:8443\r\n\r\n") == "taken");
}

TEST_CASE("NUL and other control characters are refused wherever they stand") {
    const auto with_byte = [](char c) { return std::string("X-A: b") + c + "c\r\n"; };
    for (const char c : {'\0', '\x01', '\x08', '\x0B', '\x0C', '\x1B', '\x7F'}) {
        INFO(static_cast<int>(c));
        REQUIRE(answer_to(with(with_byte(c))) == "400 control-character");
    }
    REQUIRE(answer_to(std::string("GET /\0x HTTP/1.1\r\nHost: a\r\n\r\n", 30)) == "400 request-line");
    REQUIRE(answer_to(std::string("G\0T / HTTP/1.1\r\nHost: a\r\n\r\n", 27)) == "400 request-line");
    REQUIRE(answer_to(with(std::string("X\0A: b\r\n", 8))) == "400 field-name");
}

TEST_CASE("The request line is METHOD, path and HTTP/1.1 with single spaces") {
    const auto line = [](std::string_view text) { return answer_to(std::string(text) + "\r\nHost: a\r\n\r\n"); };
    for (const auto* text :
         {"GET  / HTTP/1.1", "GET /  HTTP/1.1", " GET / HTTP/1.1", "GET / HTTP/1.1 ", "GET\t/\tHTTP/1.1", "GET /",
          "GET", "", "GET / http/1.1", "GET / HTTP/11", "GET / HTTP/1.1x", "GET x HTTP/1.1", "GET * HTTP/1.1",
          "GET http://a/ HTTP/1.1", "GET /a b HTTP/1.1", "GET /# HTTP/1.1", "GET /\xC3\xA9 HTTP/1.1", "G(T / HTTP/1.1",
          "CONNECT a:443 HTTP/1.1"}) {
        INFO(text);
        REQUIRE(line(text) == "400 request-line");
    }
    REQUIRE(line("GET / HTTP/1.0") == "505 version");
    REQUIRE(line("GET / HTTP/2.0") == "505 version");
    REQUIRE(line("PRI /x HTTP/2.0") == "505 version");
    REQUIRE(line("BREW /pot HTTP/1.1") == "taken");
}

TEST_CASE("Fields that mean something else when there are two of them stand alone") {
    for (const auto* name : {"Authorization", "Content-Type", "Content-Digest", "Repr-Digest", "Range", "If-Range",
                             "Idempotency-Key", "Callvault-Metadata", "Content-Encoding", "Origin", "Expect"}) {
        INFO(name);
        const std::string value = std::string(name) == "Expect" ? "100-continue" : "v";
        const std::string line = std::string(name) + ": " + value + "\r\n";
        REQUIRE(answer_to(with(line)) == "taken");
        REQUIRE(answer_to(with(line + line)) == "400 field-twice");
    }
    REQUIRE(answer_to(with("Accept: a\r\nAccept: b\r\n")) == "taken");
}

TEST_CASE("Any expectation but 100-continue fails") {
    REQUIRE(answer_to(with("Expect: 200-ok\r\n")) == "417 expectation");
    REQUIRE(answer_to(with("Expect: 100-continue, x\r\n")) == "417 expectation");
}

TEST_CASE("Connection: close ends the connection, in any list and any case") {
    const auto keeps = [](std::string_view value) {
        return std::get<RequestHead>(parse(with("Connection: " + std::string(value) + "\r\n"))).keep_alive;
    };
    REQUIRE_FALSE(keeps("close"));
    REQUIRE_FALSE(keeps("Close"));
    REQUIRE_FALSE(keeps("keep-alive, close"));
    REQUIRE(keeps("keep-alive"));
    REQUIRE(keeps("upgrade"));
}

TEST_CASE("There are at most a hundred fields") {
    std::string lines;
    for (int i = 0; i < 99; ++i) lines += "X-" + std::to_string(i) + ": y\r\n";
    REQUIRE(answer_to(with(lines)) == "taken");
    REQUIRE(answer_to(with(lines + "X: y\r\n")) == "431 too-many-fields");
}

/// Feeds a growing head and tells how the search for its end ended.
std::string end_of(std::string_view bytes, const HeadLimits& limits, std::size_t step) {
    std::size_t seen = 0;
    for (std::size_t size = std::min(step, bytes.size());; size = std::min(size + step, bytes.size())) {
        const auto found = find_head_end(bytes.substr(0, size), seen, limits);
        if (const auto* refusal = std::get_if<HeadRefusal>(&found)) {
            return std::to_string(refusal->status) + " " + std::string(refusal->code);
        }
        if (const auto& end = std::get<std::optional<std::size_t>>(found)) return "ends at " + std::to_string(*end);
        if (size == bytes.size()) return "more";
        seen = size;
    }
}

TEST_CASE("The end of a head is found whatever the pieces were") {
    const std::string head = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    for (std::size_t step = 1; step <= head.size() + 5; ++step) {
        REQUIRE(end_of(head + "body\n", {}, step) == "ends at " + std::to_string(head.size()));
        REQUIRE(end_of(head.substr(0, head.size() - 1), {}, step) == "more");
    }
}

TEST_CASE("A head that cannot become one is refused before it is whole") {
    const HeadLimits limits{100, 200, 10};
    REQUIRE(end_of(std::string(101, 'a'), limits, 7) == "414 request-line-too-long");
    REQUIRE(end_of("GET / HTTP/1.1\r\n" + std::string(300, 'a'), limits, 7) == "431 head-too-long");
    REQUIRE(end_of("GET / HTTP/1.1\r\nX: " + std::string(300, 'a') + "\r\n\r\n", limits, 1000) == "431 head-too-long");
    REQUIRE(end_of("GET / HTTP/1.1\nHost: a\r\n\r\n", limits, 7) == "400 bare-line-end");
    REQUIRE(end_of("\r\nGET / HTTP/1.1\r\n\r\n", limits, 7) == "400 request-line");
    const auto late = parse_head("GET /" + std::string(100, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n", limits);
    REQUIRE(std::get<HeadRefusal>(late).status == 414);
}

}  // namespace
