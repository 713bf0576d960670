#include "storage/net/connection_pool.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <catch2/catch.hpp>
#include <chrono>
#include <thread>
#include <vector>

#include "storage/net/https_client.hpp"
#include "tests/support/run_loop.hpp"
#include "tests/support/tls_responder.hpp"

namespace {

using namespace std::chrono_literals;
using boost::asio::awaitable;
using storage::net::ConnectionPool;
using storage::net::HttpsConnection;

constexpr auto kGood = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

struct Site {
    tests::CertificateAuthority authority{"trusted"};
    tests::CertifiedKey identity = authority.issue({"server", "serverAuth", "IP:127.0.0.1"});

    std::unique_ptr<ConnectionPool> pool(std::uint16_t port, std::chrono::milliseconds idle_limit,
                                         std::size_t max_in_use = 256) const {
        ConnectionPool::Options options;
        options.tls.authorities_pem = authority.own().certificate_pem;
        options.idle_limit = idle_limit;
        options.max_in_use = max_in_use;
        return ConnectionPool::make({"127.0.0.1", port, "/"}, std::move(options)).value();
    }
};

storage::async::Deadline soon() {
    return std::chrono::steady_clock::now() + 10s;
}

/// One exchange; whether its connection had one before.
awaitable<bool> ask(ConnectionPool& pool) {
    auto connection = (co_await pool.take(false, soon())).value();
    storage::net::RequestHead head;
    const auto sent = co_await connection->send_head(std::move(head), soon());
    REQUIRE(sent.has_value());
    const bool used = connection->was_used_before();
    const auto answer = co_await connection->read_head(soon());
    REQUIRE(answer.has_value());
    const auto body = co_await storage::net::read_whole_body(*connection, 100, soon());
    REQUIRE(body.value() == "ok");
    co_await pool.give_back(std::move(connection));
    co_return used;
}

awaitable<void> pause(std::chrono::milliseconds length) {
    boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, length);
    co_await timer.async_wait(boost::asio::use_awaitable);
}

awaitable<std::vector<bool>> ask_thrice(ConnectionPool& pool, std::chrono::milliseconds wait) {
    std::vector<bool> used;
    used.push_back(co_await ask(pool));
    used.push_back(co_await ask(pool));
    co_await pause(wait);
    used.push_back(co_await ask(pool));
    co_return used;
}

TEST_CASE("A connection is used again until it has been idle for too long") {
    const Site site;
    const tests::TlsResponder responder(site.identity, kGood, tests::TlsResponder::kKeeps);
    const auto pool = site.pool(responder.port(), 300ms);
    CHECK(tests::await(ask_thrice(*pool, 1ms)) == std::vector<bool>{false, true, true});
    CHECK(tests::await(ask_thrice(*pool, 400ms)) == std::vector<bool>{false, true, false});
}

TEST_CASE("A connection that the server closed is not used again") {
    const Site site;
    const tests::TlsResponder responder(site.identity, kGood);
    const auto pool = site.pool(responder.port(), 10s);
    CHECK(tests::await(ask_thrice(*pool, 50ms)).back() == false);
}

/// Holds a connection; what becomes of one more, meanwhile and afterwards.
awaitable<std::vector<policy::Code>> ask_for_one_more(ConnectionPool& pool, bool keeps) {
    std::vector<policy::Code> seen;
    auto held = (co_await pool.take(false, soon())).value();
    const auto began = std::chrono::steady_clock::now();
    const auto more = co_await pool.take(true, began + 200ms);
    seen.push_back(more.has_error() ? more.error().code : policy::Code::kInternal);
    CHECK(std::chrono::steady_clock::now() - began >= 200ms);
    CHECK(std::chrono::steady_clock::now() - began < 2s);
    if (keeps) {
        co_await pool.give_back(std::move(held));
    } else {
        held = {};
    }
    const auto after = co_await pool.take(true, soon());
    seen.push_back(after.has_error() ? after.error().code : policy::Code::kInternal);
    co_return seen;
}

TEST_CASE("No more connections are in use than may be: one more waits until its deadline, or until one is free") {
    const Site site;
    for (const bool keeps : {true, false}) {
        const tests::TlsResponder responder(site.identity, kGood);
        const auto pool = site.pool(responder.port(), 10s, 1);
        CHECK(tests::await(ask_for_one_more(*pool, keeps)) ==
              std::vector<policy::Code>{policy::Code::kOverloaded, policy::Code::kInternal});
    }
}

awaitable<void> hold_for(ConnectionPool& pool, std::chrono::milliseconds length) {
    const auto held = (co_await pool.take(true, soon())).value();
    co_await pause(length);
}

awaitable<std::chrono::milliseconds> wait_behind(ConnectionPool& pool) {
    co_await pause(50ms);
    const auto began = std::chrono::steady_clock::now();
    const auto taken = co_await pool.take(true, soon());
    REQUIRE(taken.has_value());
    co_return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began);
}

TEST_CASE("Whoever waits for a connection on one loop gets the place of one on another") {
    const Site site;
    const tests::TlsResponder responder(site.identity, kGood);
    const auto pool = site.pool(responder.port(), 10s, 1);
    std::thread other([&] { tests::await(hold_for(*pool, 400ms)); });
    const auto waited = tests::await(wait_behind(*pool));
    other.join();
    CHECK(waited > 150ms);
    CHECK(waited < 5s);
}

}  // namespace
