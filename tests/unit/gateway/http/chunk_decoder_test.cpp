#include "gateway/http/chunk_decoder.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <string_view>

namespace {

using gateway::http::ChunkDecoder;

struct Decoded {
    std::string data;
    std::size_t consumed = 0;
    bool finished = false;
    bool broken = false;
};

/// Feeds `body` in pieces of `size` bytes, as a socket might.
Decoded decode(std::string_view body, std::size_t size) {
    ChunkDecoder decoder;
    Decoded out;
    for (std::size_t at = 0; at < body.size() && !out.finished && !out.broken; at += size) {
        auto piece = std::as_bytes(std::span(body.substr(at, size)));
        while (!piece.empty() && !out.finished && !out.broken) {
            const auto step = decoder.step(piece);
            out.data.append(reinterpret_cast<const char*>(step.data.data()), step.data.size());
            out.consumed += step.consumed;
            out.finished = step.finished;
            out.broken = step.broken;
            piece = piece.subspan(step.consumed);
        }
    }
    return out;
}

bool is_broken(std::string_view body) {
    return decode(body, body.size()).broken && decode(body, 1).broken;
}

TEST_CASE("A chunked body gives the same bytes however it is cut into pieces") {
    const std::string body = "5\r\nhello\r\n00000B;a=\"b\"\r\n, wonderful\r\n1\r\n\n\r\n0\r\nX-Sum: 1\r\n\r\nGET /next";
    const auto whole = decode(body, body.size());
    REQUIRE(whole.data == "hello, wonderful\n");
    for (std::size_t size = 1; size <= body.size(); ++size) {
        const auto cut = decode(body, size);
        REQUIRE(cut.data == whole.data);
        REQUIRE(cut.finished);
        REQUIRE(body.substr(cut.consumed) == "GET /next");
    }
}

TEST_CASE("An empty chunked body ends at once") {
    const auto outcome = decode("0\r\n\r\n", 1);
    REQUIRE(outcome.finished);
    REQUIRE(outcome.data.empty());
}

TEST_CASE("A chunk size is hexadecimal digits and nothing else") {
    for (const auto* body : {"0x5\r\nhello\r\n0\r\n\r\n", " 5\r\nhello\r\n0\r\n\r\n", "5 \r\nhello\r\n0\r\n\r\n",
                             "+5\r\nhello\r\n0\r\n\r\n", "-1\r\nhello\r\n0\r\n\r\n", "\r\nhello\r\n0\r\n\r\n", ";a\r\n",
                             "5g\r\nhello\r\n", "5_0\r\n", "5\thello\r\n", "\xEF\xBC\x95\r\nhello\r\n"}) {
        INFO(body);
        REQUIRE(is_broken(body));
    }
}

TEST_CASE("A chunk size that would overflow is refused, leading zeros or not") {
    REQUIRE(is_broken("FFFFFFFFFFFFFFFF\r\n"));
    REQUIRE(is_broken("10000000000000005\r\nhello\r\n"));
    REQUIRE(is_broken("0000000000000005\r\nhello\r\n"));
    REQUIRE_FALSE(decode("FFFFFFFFFFFFFFF\r\n", 1).broken);
}

TEST_CASE("Every line of the framing ends with CR LF") {
    for (const auto* body :
         {"5\nhello\r\n0\r\n\r\n", "5\r\nhello\n0\r\n\r\n", "5\r\nhello0\r\n\r\n", "5\r\nhelloX\r\n", "5\rhello\r\n",
          "0\n\n", "0\r\n\n", "0\r\nA: b\n\r\n", "0\r\nA: b\rC: d\r\n\r\n", "5\r\r\nhello"}) {
        INFO(body);
        REQUIRE(is_broken(body));
    }
}

TEST_CASE("Extensions and trailers are read over within their bounds") {
    REQUIRE(decode("1;" + std::string(250, 'x') + "\r\na\r\n0\r\n\r\n", 7).data == "a");
    REQUIRE(is_broken("1;" + std::string(300, 'x') + "\r\na\r\n0\r\n\r\n"));
    REQUIRE(is_broken("1;a\x01\r\na\r\n0\r\n\r\n"));
    REQUIRE(decode("0\r\n" + std::string("T: ") + std::string(3000, 'y') + "\r\n\r\n", 100).finished);
    REQUIRE(is_broken("0\r\n" + std::string("T: ") + std::string(5000, 'y') + "\r\n\r\n"));
    REQUIRE(is_broken(std::string("0\r\nT: \0x\r\n\r\n", 11)));
    REQUIRE(is_broken("0\r\n folded\r\n\r\n"));
}

TEST_CASE("What is broken stays broken, and what is finished takes nothing more") {
    ChunkDecoder broken;
    const std::string_view bad = "x";
    REQUIRE(broken.step(std::as_bytes(std::span(bad))).broken);
    const std::string_view good = "5\r\nhello\r\n";
    REQUIRE(broken.step(std::as_bytes(std::span(good))).broken);
    ChunkDecoder finished;
    const std::string_view end = "0\r\n\r\n";
    REQUIRE(finished.step(std::as_bytes(std::span(end))).finished);
    const auto after = finished.step(std::as_bytes(std::span(good)));
    REQUIRE(after.finished);
    REQUIRE(after.consumed == 0);
}

}  // namespace
