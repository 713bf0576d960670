#include "gateway/cli/answer_head.hpp"

#include <catch2/catch.hpp>

using gateway::cli::parse_answer_head;

namespace {
bool refused(const std::string& head) {
    return parse_answer_head(head).has_error();
}
}  // namespace

TEST_CASE("A head with a length is read, its fields found in any case") {
    const auto head = parse_answer_head("HTTP/1.1 200 OK\r\ncontent-LENGTH:  12 \r\nA: b c\r\n\r\n");
    REQUIRE(head.has_value());
    CHECK(head->status == 200);
    CHECK(head->length == 12);
    CHECK_FALSE(head->chunked);
    CHECK(head->header("a") == "b c");
    CHECK_FALSE(head->header("b"));
}

TEST_CASE("A 204 needs no length; chunks are one") {
    CHECK(parse_answer_head("HTTP/1.1 204 No Content\r\n\r\n")->length == 0);
    CHECK(parse_answer_head("HTTP/1.1 200\r\nTransfer-Encoding: Chunked\r\n\r\n")->chunked);
}

TEST_CASE("A head that a correct server does not send is refused") {
    for (const char* line :
         {"HTTP/1.0 200 OK", "HTTP/2 200", "HTTP/1.1 20 OK", "HTTP/1.1 2000", "HTTP/1.1 100 Continue", "HTTP/1.1 600 X",
          "HTTP/1.1  200 OK", "HTTP/1.1 -20 X", "", "ICY 200 OK"}) {
        INFO(line);
        CHECK(refused(std::string(line) + "\r\nContent-Length: 0\r\n\r\n"));
    }
    for (const char* fields :
         {"Content-Length: 1\r\nContent-Length: 1\r\n", "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n",
          "Content-Length: -1\r\n", "Content-Length: 1x\r\n", "Content-Length:\r\n",
          "Content-Length: 99999999999999999999\r\n", "Transfer-Encoding: gzip, chunked\r\n", "",
          "Content-Length: 0\r\n folded: x\r\n", "Content-Length: 0\r\nno colon\r\n",
          "Content-Length: 0\r\nBad name: x\r\n", "Content-Length: 0\r\nA: \x01\r\n", "Content-Length : 0\r\n"}) {
        INFO(fields);
        CHECK(refused("HTTP/1.1 200 OK\r\n" + std::string(fields) + "\r\n"));
    }
    CHECK(refused("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n"));
}
