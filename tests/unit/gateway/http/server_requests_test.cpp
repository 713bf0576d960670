// Whole requests against a real server on loopback: framing, refusals, limits.
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/parse.hpp>
#include <catch2/catch.hpp>

#include "tests/unit/gateway/http/running_server.hpp"

namespace {

using namespace tests;
using boost::asio::awaitable;

TEST_CASE("One connection carries request after request, and pipelined ones are answered in order") {
    RunningServer running(small_router());
    auto connection = HttpConnection::to_port(running.listen());
    for (int i = 0; i < 3; ++i) {
        connection.send(get("/hello"));
        const auto answer = connection.receive();
        REQUIRE(answer.status == 200);
        REQUIRE(answer.header("Connection") == "keep-alive");
    }
    connection.send(get("/hello") + post("/count", "Content-Length: 5\r\n", "12345") +
                    post("/count", "Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n4\r\nGET \r\n0\r\n\r\n") +
                    get("/nothing") + get("/hello", "Connection: close\r\n"));
    REQUIRE(connection.receive().body == "hello /hello");
    REQUIRE(connection.receive().body == "5");
    REQUIRE(connection.receive().body == "7");
    REQUIRE(connection.receive().status == 404);
    const auto last = connection.receive();
    REQUIRE(last.status == 200);
    REQUIRE(last.header("Connection") == "close");
    REQUIRE(connection.closes());
}

TEST_CASE("Requests may arrive byte by byte") {
    RunningServer running(small_router());
    auto connection = HttpConnection::to_port(running.listen());
    for (const char c : post("/count", "Transfer-Encoding: chunked\r\n", "2\r\nab\r\n0\r\n\r\n"))
        REQUIRE(connection.send({&c, 1}));
    REQUIRE(connection.receive().body == "2");
}

TEST_CASE("Every answer carries the security headers, the date, and an id that is in the log") {
    RunningServer running(small_router());
    auto connection = HttpConnection::to_port(running.listen());
    connection.send(get("/hello?number=0201234567"));
    const auto answer = connection.receive();
    for (const auto* name : {"Strict-Transport-Security", "Content-Security-Policy", "Date", "Callvault-Request-Id"}) {
        INFO(name);
        REQUIRE_FALSE(answer.header(name).empty());
    }
    REQUIRE(answer.header("X-Content-Type-Options") == "nosniff");
    REQUIRE(answer.header("Cache-Control") == "no-store");
    REQUIRE(answer.header("Server").empty());
    REQUIRE(running.logs("\"request_id\":\"" + answer.header("Callvault-Request-Id") +
                         "\",\"method\":\"GET\",\"route\":\"hello\",\"status\":200"));
    REQUIRE(running.log().find("0201234567") == std::string::npos);
    REQUIRE(running.log().find("127.0.0.1") == std::string::npos);
    REQUIRE(running.tells("callvault_http_requests_total{route=\"hello\",status=\"200\"} 1"));
}

TEST_CASE("What two servers could read in two ways gets 400, a closed connection and nothing of what follows") {
    RunningServer running(small_router());
    const auto port = running.listen();
    const std::string smuggled = "0\r\n\r\nGET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n";
    for (const auto& request :
         {post("/count", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", smuggled),
          post("/count", "Content-Length: 5\r\nContent-Length: 50\r\n", smuggled),
          post("/count", "Content-Length: +5\r\n", smuggled),
          post("/count", "Transfer-Encoding: gzip, chunked\r\n", smuggled),
          post("/count", "Transfer-Encoding : chunked\r\n", smuggled),
          post("/count", "X: y\r\n Transfer-Encoding: chunked\r\n", smuggled), post("/count", "X: y\n", smuggled),
          post("/count", "Host: other\r\n", smuggled), std::string("GET /hello HTTP/1.1\r\n\r\n") + get("/hello"),
          post("/count", std::string("X: \0\r\n", 6), smuggled)}) {
        INFO(request);
        auto connection = HttpConnection::to_port(port);
        connection.send(request);
        const auto answer = connection.receive();
        REQUIRE(answer.status == 400);
        REQUIRE(answer.header("Connection") == "close");
        const auto body = boost::json::parse(answer.body).as_object();
        REQUIRE(body.at("type").as_string() == "urn:callvault:problem:malformed-request");
        REQUIRE(body.at("request_id").as_string() == answer.header("Callvault-Request-Id"));
        REQUIRE(connection.closes());
    }
}

TEST_CASE("A chunk that is not well-formed gets 400 and ends the connection") {
    RunningServer running(small_router());
    const auto port = running.listen();
    for (const auto* body : {"0x3\r\nabc\r\n0\r\n\r\n", "3\nabc\r\n0\r\n\r\n", "3\r\nabcd\r\n0\r\n\r\n",
                             "FFFFFFFFFFFFFFFFF\r\n", " 3\r\nabc\r\n"}) {
        INFO(body);
        auto connection = HttpConnection::to_port(port);
        connection.send(post("/count", "Transfer-Encoding: chunked\r\n", body));
        const auto answer = connection.receive();
        REQUIRE(answer.status == 400);
        REQUIRE(boost::json::parse(answer.body).at("status").as_int64() == 400);
        REQUIRE(connection.closes());
    }
}

TEST_CASE("A body over the route's limit gets 413, whether its length was declared or not") {
    RunningServer running(small_router());
    const auto port = running.listen();
    auto declared = HttpConnection::to_port(port);
    declared.send(post("/count", "Content-Length: 100001\r\nExpect: 100-continue\r\n"));
    auto answer = declared.receive();
    REQUIRE(answer.status == 413);  // and no 100 Continue before it
    REQUIRE(boost::json::parse(answer.body).at("type").as_string() == "urn:callvault:problem:too-large");
    REQUIRE(declared.closes());

    auto chunked = HttpConnection::to_port(port);
    chunked.send(post("/count", "Transfer-Encoding: chunked\r\n"));
    const std::string chunk = "4000\r\n" + std::string(0x4000, 'x') + "\r\n";
    for (int i = 0; i < 7; ++i) chunked.send(chunk);
    REQUIRE(chunked.receive().status == 413);

    auto whole = HttpConnection::to_port(port);
    whole.send(post("/count", "Content-Length: 100000\r\n", std::string(100'000, 'x')));
    REQUIRE(whole.receive().body == "100000");
}

TEST_CASE("A refused upload is swallowed for a while, so that the answer survives its way") {
    RunningServer running(small_router());
    auto connection = HttpConnection::to_port(running.listen());
    connection.send(post("/count", "Content-Length: 4000000\r\n"));
    const std::string piece(100'000, 'x');
    for (int i = 0; i < 20; ++i) REQUIRE(connection.send(piece));  // no reset although nobody reads it
    REQUIRE(connection.receive().status == 413);
    REQUIRE(connection.closes());
}

TEST_CASE("A request line or head over its limit gets 414 or 431") {
    auto limits = quick_limits();
    limits.head = {200, 1000, 10};
    RunningServer running(small_router(), limits);
    const auto port = running.listen();
    auto line = HttpConnection::to_port(port);
    line.send("GET /" + std::string(300, 'a'));
    REQUIRE(line.receive().status == 414);
    auto head = HttpConnection::to_port(port);
    head.send("GET /hello HTTP/1.1\r\nHost: a\r\nX: " + std::string(2000, 'a'));
    REQUIRE(head.receive().status == 431);
    REQUIRE(head.closes());
    auto fields = HttpConnection::to_port(port);
    std::string lines;
    for (int i = 0; i < 11; ++i) lines += "A: b\r\n";
    fields.send(get("/hello", lines));
    REQUIRE(fields.receive().status == 431);
}

TEST_CASE("A refused head gets the problem type that the API names") {
    RunningServer running(small_router());
    const auto port = running.listen();
    const std::pair<std::string, std::string> rows[] = {
        {"GET /" + std::string(9000, 'a'), "uri-too-long"},
        {get("/hello", "X: " + std::string(50'000, 'a') + "\r\n"), "headers-too-large"},
        {get("/hello", "Expect: tea\r\n"), "expectation-failed"},
        {"GET /hello HTTP/1.0\r\nHost: a\r\n\r\n", "http-version-not-supported"},
        {"GET /hello HTTP/1.1\r\n\r\n", "malformed-request"}};
    for (const auto& [request, type] : rows) {
        INFO(type);
        auto connection = HttpConnection::to_port(port);
        connection.send(request);
        const auto body = boost::json::parse(connection.receive().body).as_object();
        REQUIRE(body.at("type").as_string() == "urn:callvault:problem:" + type);
    }
}

awaitable<Response> explains(Request& request) {
    while (true) {
        const auto piece = co_await request.body().next();
        if (piece.has_error()) co_return text_response(413, "text/plain", "at most ten");
        if (piece->empty()) co_return text_response(200, "text/plain", "done");
    }
}

TEST_CASE("A handler may say with more detail what the server would say") {
    Router router;
    router.add(Method::kPost, "/explains", explains, {.name = "explains", .max_body_bytes = 10});
    RunningServer running(std::move(router));
    auto connection = HttpConnection::to_port(running.listen());
    connection.send(post("/explains", "Content-Length: 11\r\n", "12345678901"));
    REQUIRE(connection.receive().body == "at most ten");
}

TEST_CASE("A head may be as long as the configuration allows") {
    auto limits = quick_limits();
    limits.head.head_bytes = 200 * 1024;
    RunningServer running(small_router(), limits);
    auto connection = HttpConnection::to_port(running.listen());
    connection.send(get("/hello", "X: " + std::string(150 * 1024, 'a') + "\r\n"));
    REQUIRE(connection.receive().status == 200);
}

TEST_CASE("A client that expects 100 Continue gets it when its body is wanted, and not before") {
    RunningServer running(small_router());
    const auto port = running.listen();
    auto connection = HttpConnection::to_port(port);
    connection.send(post("/count", "Content-Length: 3\r\nExpect: 100-continue\r\n"));
    REQUIRE(connection.receive().status == 100);
    connection.send("abc");
    REQUIRE(connection.receive().body == "3");
    connection.send(get("/hello"));
    REQUIRE(connection.receive().status == 200);

    auto refused = HttpConnection::to_port(port);
    refused.send(post("/nothing", "Content-Length: 3\r\nExpect: 100-continue\r\n"));
    const auto answer = refused.receive();
    REQUIRE(answer.status == 404);
    REQUIRE(answer.header("Connection") == "close");  // whether the body follows nobody knows
    REQUIRE(refused.closes());
}

TEST_CASE("A short body that no handler read is read away, and the connection goes on") {
    Router router = small_router();
    router.add(Method::kPost, "/hello", hello, {.name = "hello.post"});
    RunningServer running(std::move(router));
    const auto port = running.listen();
    auto connection = HttpConnection::to_port(port);
    connection.send(post("/hello", "Content-Length: 1000\r\n", std::string(1000, 'x')) +
                    post("/hello", "Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n0\r\n\r\n") + get("/hello"));
    for (int i = 0; i < 3; ++i) REQUIRE(connection.receive().header("Connection") == "keep-alive");
    connection.send(post("/hello", "Content-Length: 10000000\r\n", std::string(1000, 'x')));
    REQUIRE(connection.receive().header("Connection") == "close");
    REQUIRE(connection.closes());
}

TEST_CASE("An unknown path gets 404, a known one with another method 405 with Allow") {
    RunningServer running(small_router());
    auto connection = HttpConnection::to_port(running.listen());
    connection.send(get("/count"));
    const auto wrong = connection.receive();
    REQUIRE(wrong.status == 405);
    REQUIRE(wrong.header("Allow") == "POST");
    connection.send("BREW /hello HTTP/1.1\r\nHost: a\r\n\r\n");
    const auto brew = connection.receive();
    REQUIRE(brew.status == 405);
    REQUIRE(brew.header("Allow") == "GET, HEAD");
    REQUIRE(running.logs("\"method\":\"OTHER\""));
    REQUIRE(running.log().find("BREW") == std::string::npos);
}

awaitable<Response> breaks(Request&) {
    throw std::runtime_error("secret of the inside");
    co_return Response{};
}

awaitable<Response> splits(Request&) {
    Response response = text_response(200, "text/plain", "x");
    response.headers.push_back({"X-Copied", "a\r\nSet-Cookie: b"});
    co_return response;
}

TEST_CASE("An exception of a handler becomes a 500 that tells the id and nothing of the inside") {
    Router router = small_router();
    router.add(Method::kGet, "/breaks", breaks, {.name = "breaks"});
    router.add(Method::kGet, "/splits", splits, {.name = "splits"});
    RunningServer running(std::move(router));
    auto connection = HttpConnection::to_port(running.listen());
    for (const auto* path : {"/breaks", "/splits"}) {
        INFO(path);
        connection.send(get(path));
        const auto answer = connection.receive();
        REQUIRE(answer.status == 500);
        const auto body = boost::json::parse(answer.body).as_object();
        REQUIRE(body.at("type").as_string() == "urn:callvault:problem:internal");
        REQUIRE(body.at("request_id").as_string() == answer.header("Callvault-Request-Id"));
        REQUIRE(answer.body.find("secret") == std::string::npos);
        REQUIRE(answer.header("Set-Cookie").empty());
        REQUIRE(running.logs("\"request_id\":\"" + answer.header("Callvault-Request-Id") + "\",\"route\":\"" +
                             std::string(path).substr(1)));
    }
    connection.send(get("/hello"));
    REQUIRE(connection.receive().status == 200);
}

awaitable<Response> hides_the_error(Request& request) {
    while (true) {
        const auto piece = co_await request.body().next();
        if (piece.has_error()) co_return text_response(418, "text/plain", "a teapot");
        if (piece->empty()) co_return text_response(200, "text/plain", "done");
    }
}

TEST_CASE("When a body cannot be read to its end the server says why, whatever the handler answered") {
    Router router;
    router.add(Method::kPost, "/hides", hides_the_error, {.name = "hides", .max_body_bytes = 10});
    RunningServer running(std::move(router));
    const auto port = running.listen();
    auto large = HttpConnection::to_port(port);
    large.send(post("/hides", "Content-Length: 11\r\n", "12345678901"));
    REQUIRE(large.receive().status == 413);
    auto broken = HttpConnection::to_port(port);
    broken.send(post("/hides", "Transfer-Encoding: chunked\r\n", "zz\r\n"));
    REQUIRE(broken.receive().status == 400);
}

}  // namespace
