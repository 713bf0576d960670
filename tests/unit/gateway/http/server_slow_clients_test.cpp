// Clients that are slow, silent or gone.
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/parse.hpp>
#include <catch2/catch.hpp>

#include "tests/unit/gateway/http/running_server.hpp"

namespace {

using namespace tests;
using boost::asio::awaitable;
using Steady = std::chrono::steady_clock;

TEST_CASE("A head that comes too slowly gets 408") {
    auto limits = quick_limits();
    limits.head_time = 200ms;
    RunningServer running(small_router(), limits);
    auto connection = HttpConnection::to_port(running.listen());
    const auto begun = Steady::now();
    connection.send("GET /hello HTTP/1.1\r\nHo");
    const auto answer = connection.receive();
    REQUIRE(answer.status == 408);
    REQUIRE(answer.header("Connection") == "close");
    REQUIRE(Steady::now() - begun >= 200ms);
    REQUIRE(connection.closes());
}

TEST_CASE("A head that trickles does not get more time for each byte") {
    auto limits = quick_limits();
    limits.head_time = 300ms;
    RunningServer running(small_router(), limits);
    auto connection = HttpConnection::to_port(running.listen());
    const auto begun = Steady::now();
    connection.send("GET /hello HTTP/1.1\r\nX: ");
    while (Steady::now() - begun < 1s) {
        if (!connection.send("a")) break;
        std::this_thread::sleep_for(50ms);
    }
    REQUIRE(connection.receive().status == 408);
}

TEST_CASE("A connection that is silent between requests is closed without a word") {
    auto limits = quick_limits();
    limits.keep_alive = 200ms;
    RunningServer running(small_router(), limits);
    const auto port = running.listen();
    auto unused = HttpConnection::to_port(port);
    REQUIRE(unused.closes());
    auto used = HttpConnection::to_port(port);
    used.send(get("/hello"));
    REQUIRE(used.receive().status == 200);
    REQUIRE(used.closes());
}

TEST_CASE("A body below the least rate gets 408, and one above it does not") {
    auto limits = quick_limits();
    limits.body_grace = 300ms;
    limits.body_bytes_per_second = 1000;
    RunningServer running(small_router(), limits);
    const auto port = running.listen();
    auto slow = HttpConnection::to_port(port);
    const auto begun = Steady::now();
    slow.send(post("/count", "Content-Length: 50000\r\n", "x"));
    while (Steady::now() - begun < 200ms) {
        slow.send("x");
        std::this_thread::sleep_for(20ms);
    }
    const auto answer = slow.receive();
    REQUIRE(answer.status == 408);
    REQUIRE(boost::json::parse(answer.body).at("status").as_int64() == 408);
    REQUIRE(Steady::now() - begun < 3s);

    auto steady = HttpConnection::to_port(port);
    steady.send(post("/count", "Content-Length: 2000\r\n"));
    for (int i = 0; i < 20; ++i) {
        steady.send(std::string(100, 'x'));
        std::this_thread::sleep_for(40ms);
    }
    REQUIRE(steady.receive().body == "2000");
}

awaitable<Response> thinks_first(Request& request) {
    boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, 600ms);
    co_await timer.async_wait(boost::asio::use_awaitable);
    co_return co_await count_body(request);
}

TEST_CASE("The time that the gateway takes is not held against the client") {
    auto limits = quick_limits();
    limits.body_grace = 300ms;
    Router router;
    router.add(Method::kPost, "/thinks", thinks_first, {.name = "thinks"});
    RunningServer running(std::move(router), limits);
    auto connection = HttpConnection::to_port(running.listen());
    connection.send(post("/thinks", "Content-Length: 3\r\nExpect: 100-continue\r\n"));
    REQUIRE(connection.receive().status == 100);
    std::this_thread::sleep_for(50ms);
    connection.send("abc");
    REQUIRE(connection.receive().body == "3");
}

TEST_CASE("A client that is gone in the middle of its body is counted off, and gets no access line of success") {
    RunningServer running(small_router());
    const auto port = running.listen();
    {
        auto gone = HttpConnection::to_port(port);
        gone.send(post("/count", "Content-Length: 50000\r\n", std::string(10'000, 'x')));
        RunningServer::eventually([&] { return running.server().connections() == 1; });
        gone.reset();
    }
    auto half = HttpConnection::to_port(port);
    half.send(post("/count", "Content-Length: 50000\r\n", "x"));
    half.end_sending();
    REQUIRE(half.receive().status == 0);
    REQUIRE(RunningServer::eventually([&] { return running.server().connections() == 0; }));
    REQUIRE(running.log().find("\"status\":200") == std::string::npos);
}

TEST_CASE("Past the bound on connections new ones wait until one is free") {
    auto limits = quick_limits();
    limits.connections = 2;
    RunningServer running(small_router(), limits);
    const auto port = running.listen();
    auto first = HttpConnection::to_port(port);
    first.send(get("/hello"));
    REQUIRE(first.receive().status == 200);
    {
        auto second = HttpConnection::to_port(port);
        second.send(get("/hello"));
        REQUIRE(second.receive().status == 200);
        auto third = HttpConnection::to_port(port);
        third.send(get("/hello"));
        std::this_thread::sleep_for(200ms);
        REQUIRE(running.server().connections() == 2);
        second.reset();
        REQUIRE(third.receive().status == 200);
    }
}

}  // namespace
