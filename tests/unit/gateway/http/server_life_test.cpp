// Unix sockets, and how a server begins and ends.
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "tests/support/print_result.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/gateway/http/running_server.hpp"

namespace {

using namespace tests;
using boost::asio::awaitable;
using Steady = std::chrono::steady_clock;

awaitable<Response> local_peer(Request& request) {
    const auto& local = request.peer().local;
    std::string text =
        local ? std::to_string(local->uid) + " " + std::to_string(local->gid) + " " + std::to_string(local->pid)
              : "remote";
    co_return text_response(200, "text/plain", std::move(text));
}

Router local_router() {
    Router router = small_router();
    router.add(Method::kGet, "/peer", local_peer, {.name = "peer"});
    return router;
}

TEST_CASE("Over a Unix socket the kernel says who asks") {
    const TemporaryFolder folder;
    const auto path = folder.path() / "gateway.sock";
    RunningServer running(local_router());
    REQUIRE(running.server().listen_local(path, 0660));
    struct stat facts {};
    REQUIRE(::stat(path.c_str(), &facts) == 0);
    REQUIRE((facts.st_mode & 0777U) == 0660U);
    auto connection = HttpConnection::to_socket(path);
    connection.send(get("/peer"));
    REQUIRE(connection.receive().body ==
            std::to_string(::getuid()) + " " + std::to_string(::getgid()) + " " + std::to_string(::getpid()));
    auto tcp = HttpConnection::to_port(running.listen());
    tcp.send(get("/peer"));
    REQUIRE(tcp.receive().body == "remote");
}

// UBSan looks at an object's type through a pipe: without a descriptor for it every object is wrong to it.
#ifndef __SANITIZE_ADDRESS__
TEST_CASE("Without a free descriptor new connections wait, the loop does not spin, and all goes on when there is one") {
    RunningServer running(small_router());
    const auto port = running.listen();
    rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
    auto connection = HttpConnection::to_port(port);
    connection.send(get("/hello"));
    REQUIRE(connection.receive().status == 200);
    const int waiting = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const rlimit none{static_cast<rlim_t>(waiting) + 1, before.rlim_max};  // the next descriptor is past the limit
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &none) == 0);
    sockaddr_in place{};
    place.sin_family = AF_INET;
    place.sin_port = htons(port);
    place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int connected = ::connect(waiting, reinterpret_cast<const sockaddr*>(&place), sizeof place);
    std::this_thread::sleep_for(400ms);
    const auto failures = running.value("callvault_accept_failures_total");
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &before) == 0);
    CHECK(connected == 0);
    CHECK(failures >= 1);
    CHECK(failures <= 20);
    CHECK(RunningServer::eventually([&] { return running.server().connections() == 2; }));
    ::close(waiting);
}
#endif

TEST_CASE("The socket file of a gateway that died is replaced, that of a living one is not") {
    const TemporaryFolder folder;
    const auto path = folder.path() / "gateway.sock";
    {
        RunningServer dead(local_router());
        REQUIRE(dead.server().listen_local(path, 0600));
    }
    RunningServer running(local_router());
    REQUIRE(running.server().listen_local(path, 0600));
    RunningServer second(local_router());
    REQUIRE(second.server().listen_local(path, 0600).error().code == policy::Code::kUnavailable);
    auto connection = HttpConnection::to_socket(path);
    connection.send(get("/hello"));
    REQUIRE(connection.receive().status == 200);
}

TEST_CASE("A file that is no socket is never replaced by one") {
    const TemporaryFolder folder;
    const auto path = folder.path() / "root-secret";
    std::ofstream(path) << "precious";
    RunningServer running(local_router());
    REQUIRE(running.server().listen_local(path, 0600).has_error());
    std::string kept;
    std::ifstream(path) >> kept;
    REQUIRE(kept == "precious");
    REQUIRE(running.server().listen_local(std::string(200, 'x'), 0600).error().code == policy::Code::kInvalid);
}

bool has_ipv6() {
    const int fd = ::socket(AF_INET6, SOCK_STREAM, 0);
    sockaddr_in6 where{};
    where.sin6_family = AF_INET6;
    where.sin6_addr = in6addr_loopback;
    const bool has = fd >= 0 && ::bind(fd, reinterpret_cast<const sockaddr*>(&where), sizeof where) == 0;
    ::close(fd);
    return has;
}

TEST_CASE("All addresses of both families are served by one listener") {
    if (!has_ipv6()) {
        WARN("this machine has no IPv6 loopback: the listener on :: is not tested");
        return;
    }
    RunningServer running(local_router());
    REQUIRE(running.server().listen_clear("::1", 0));
    const CertificateAuthority authority("Site CA");
    const auto own = authority.issue({.name = "gateway", .usage = "serverAuth", .alternative_name = "IP:127.0.0.1"});
    const auto port = running.server().listen_tls("::", 0, {own.certificate_pem, own.key_pem, {}}).value();
    const TlsClient client(authority.own());
    auto over_v4 = HttpConnection::over_tls(port, client);
    over_v4.send(get("/hello"));
    REQUIRE(over_v4.receive().status == 200);
}

TEST_CASE("A port that is taken is told, not shared") {
    RunningServer first(local_router());
    const auto port = first.listen();
    RunningServer second(local_router());
    REQUIRE(second.server().listen_clear("127.0.0.1", port).error().code == policy::Code::kUnavailable);
}

std::atomic<int> naps_ended{0};

awaitable<Response> naps(Request&) {
    boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, 400ms);
    co_await timer.async_wait(boost::asio::use_awaitable);
    ++naps_ended;
    co_return text_response(200, "text/plain", "rested");
}

awaitable<Response> sleeps_for_ever(Request&) {
    boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, 1h);
    co_await timer.async_wait(boost::asio::use_awaitable);
    co_return text_response(200, "text/plain", "rested");
}

Router sleepy_router() {
    Router router = small_router();
    router.add(Method::kGet, "/nap", naps, {.name = "nap"});
    router.add(Method::kGet, "/sleep", sleeps_for_ever, {.name = "sleep"});
    return router;
}

TEST_CASE("A stop lets running requests end, closes idle connections at once and takes no new ones") {
    RunningServer running(sleepy_router(), quick_limits(), 2);
    const auto port = running.listen();
    auto idle = HttpConnection::to_port(port);
    idle.send(get("/hello"));
    REQUIRE(idle.receive().status == 200);
    auto busy = HttpConnection::to_port(port);
    busy.send(get("/nap") + get("/hello"));
    REQUIRE(RunningServer::eventually([&] { return running.server().connections() == 2; }));
    std::this_thread::sleep_for(100ms);
    naps_ended = 0;
    const auto begun = Steady::now();
    running.server().stop(5s);
    REQUIRE(Steady::now() - begun < 4s);
    REQUIRE(naps_ended == 1);
    REQUIRE(running.server().connections() == 0);
    const auto answer = busy.receive();
    REQUIRE(answer.body == "rested");
    REQUIRE(answer.header("Connection") == "close");
    REQUIRE(busy.closes());  // the pipelined request was not begun
    REQUIRE(idle.closes());
    REQUIRE_THROWS(HttpConnection::to_port(port));
}

TEST_CASE("While it drains a server takes and answers everything, and each answer is its connection's last") {
    RunningServer running(sleepy_router());
    const auto port = running.listen();
    auto before = HttpConnection::to_port(port);
    before.send(get("/hello"));
    REQUIRE(before.receive().header("Connection") != "close");
    running.server().drain();
    before.send(get("/hello"));
    auto answer = before.receive();
    REQUIRE(answer.status == 200);
    REQUIRE(answer.header("Connection") == "close");
    REQUIRE(before.closes());
    auto late = HttpConnection::to_port(port);
    late.send(get("/hello"));
    answer = late.receive();
    REQUIRE(answer.status == 200);
    REQUIRE(late.closes());
}

TEST_CASE("What still runs after the grace is cancelled") {
    RunningServer running(sleepy_router());
    const auto port = running.listen();
    auto busy = HttpConnection::to_port(port);
    busy.send(get("/sleep"));
    auto uploading = HttpConnection::to_port(port);
    uploading.send(post("/count", "Content-Length: 1000\r\n", "x"));
    REQUIRE(RunningServer::eventually([&] { return running.server().connections() == 2; }));
    std::this_thread::sleep_for(100ms);
    const auto begun = Steady::now();
    running.server().stop(200ms);
    REQUIRE(Steady::now() - begun >= 200ms);
    REQUIRE(Steady::now() - begun < 5s);
    REQUIRE(running.server().connections() == 0);
    REQUIRE(busy.receive().status == 0);
}

TEST_CASE("A server is made while its loops run, however many there are") {
    for (int i = 0; i < 100; ++i) {
        RunningServer running(Router{}, quick_limits(), 16);
        REQUIRE(running.server().connections() == 0);
    }
}

TEST_CASE("A server may be stopped twice, and before anybody came") {
    RunningServer running(sleepy_router());
    running.listen();
    running.server().stop(1s);
    running.server().stop(1s);
    REQUIRE(running.server().connections() == 0);
}

}  // namespace
