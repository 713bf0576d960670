#include "gateway/cli/http_client.hpp"

#include <fcntl.h>
#include <catch2/catch.hpp>

#include "tests/support/temporary_folder.hpp"
#include "tests/unit/gateway/cli/fake_server.hpp"

using namespace gateway::cli;
using policy::Code;

namespace {

Deadline in(std::chrono::milliseconds time) {
    return std::chrono::steady_clock::now() + time;
}

struct Fixture {
    policy::Result<HttpAnswer> ask(const std::string& bytes, const HttpQuestion& question = {"GET", "/x", {}, {}}) {
        tests::FakeServer server(path, {bytes});
        auto socket = LocalSocket::connect(path, in(std::chrono::seconds(5)));
        REQUIRE(socket.has_value());
        auto answer = exchange(*socket, question, in(std::chrono::seconds(5)));
        const auto& requests = server.stop();
        if (!requests.empty()) asked = requests.front();
        ::unlink(path.c_str());
        return answer;
    }
    tests::TemporaryFolder folder;
    std::string path = folder.path() / "s";
    std::string asked;
};

}  // namespace

TEST_CASE("A request is written whole, and its answer read") {
    Fixture f;
    const auto answer =
        f.ask(tests::answer(201, "{\"a\":1}"), {"POST", "/v1/x?y=z", {{"Callvault-Case", "c 1"}}, "{}"});
    REQUIRE(answer.has_value());
    CHECK(answer->head.status == 201);
    CHECK(answer->body == "{\"a\":1}");
    CHECK(f.asked ==
          "POST /v1/x?y=z HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nCallvault-Case: c 1\r\n"
          "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
}

TEST_CASE("A POST without a body says that it is empty") {
    Fixture f;
    REQUIRE(f.ask(tests::answer(204, ""), {"POST", "/x", {}, {}}).has_value());
    CHECK(f.asked.find("Content-Length: 0\r\n") != std::string::npos);
}

TEST_CASE("A chunked answer is put together; broken chunks are no answer") {
    Fixture f;
    const std::string head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    CHECK(f.ask(head + "3\r\nabc\r\n10;x=y\r\n0123456789abcdef\r\n0\r\n\r\n")->body == "abc0123456789abcdef");
    CHECK(f.ask(head + "3\r\nabcd\r\n0\r\n\r\n").error().code == Code::kCorrupt);
    CHECK(f.ask(head + "3\r\nabc\r\n").error().code == Code::kInDoubt);
}

TEST_CASE("An answer that ends too early is in doubt, wherever it ends") {
    Fixture f;
    const std::string whole = tests::answer(200, "0123456789");
    for (const std::size_t cut : {std::size_t{0}, std::size_t{5}, whole.size() - 11, whole.size() - 1}) {
        INFO(cut);
        CHECK(f.ask(whole.substr(0, cut)).error().code == Code::kInDoubt);
    }
}

TEST_CASE("Answers past the bounds are refused before they are read") {
    Fixture f;
    CHECK(f.ask("HTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\n\r\n").error().code == Code::kTooLarge);
    CHECK(f.ask("HTTP/1.1 200 OK\r\nA: " + std::string(kMaxAnswerHead + 20000, 'x')).error().code == Code::kTooLarge);
}

TEST_CASE("A silent server is left at the deadline") {
    int pair[2] = {-1, -1};
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
    LocalSocket socket(pair[0]);
    const auto begun = std::chrono::steady_clock::now();
    CHECK(exchange(socket, {"GET", "/", {}, {}}, in(std::chrono::milliseconds(50))).error().code == Code::kDeadline);
    CHECK(std::chrono::steady_clock::now() - begun >= std::chrono::milliseconds(50));
    ::close(pair[1]);
}

TEST_CASE("Nothing that a user gives can become a second field or request") {
    Fixture f;
    int pair[2] = {-1, -1};
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
    LocalSocket socket(pair[0]);
    const auto deadline = in(std::chrono::milliseconds(50));
    CHECK(exchange(socket, {"GET", "/ HTTP/1.1\r\nX: y", {}, {}}, deadline).error().code == Code::kInvalid);
    CHECK(exchange(socket, {"GET", "/", {{"Callvault-Case", "a\r\nX: y"}}, {}}, deadline).error().code ==
          Code::kInvalid);
    CHECK(percent_encoded("a/b?c=d&e \xC3\xA9~") == "a%2Fb%3Fc%3Dd%26e%20%C3%A9~");
    ::close(pair[1]);
}

TEST_CASE("A missing socket and a dead one are told apart") {
    tests::TemporaryFolder folder;
    const std::string path = folder.path() / "s";
    CHECK(LocalSocket::connect(path, in(std::chrono::seconds(1))).error().code == Code::kNotFound);
    { tests::FakeServer server(path, {}); }
    CHECK(LocalSocket::connect(path, in(std::chrono::seconds(1))).error().code == Code::kUnavailable);
    CHECK(LocalSocket::connect(std::string(200, 'x'), in(std::chrono::seconds(1))).error().code == Code::kInvalid);
}
