// Names that take long to look up: this executable's getaddrinfo hangs on them, as a resolver does whose server is
// gone.
#include <dlfcn.h>
#include <netdb.h>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <catch2/catch.hpp>
#include <chrono>
#include <string_view>
#include <thread>

#include "storage/net/https_connection.hpp"
#include "tests/support/run_loop.hpp"
#include "tests/support/tls_responder.hpp"

using namespace std::chrono_literals;

extern "C" int getaddrinfo(const char* node, const char* service, const addrinfo* hints, addrinfo** found) {
    if (node != nullptr && std::string_view(node) == "hangs.test") {
        std::this_thread::sleep_for(1500ms);
        return EAI_AGAIN;
    }
    using Real = int (*)(const char*, const char*, const addrinfo*, addrinfo**);
    static const auto real = reinterpret_cast<Real>(::dlsym(RTLD_NEXT, "getaddrinfo"));
    return real(node, service, hints, found);
}

namespace {

using boost::asio::awaitable;
using policy::Code;
using storage::net::HttpsConnection;
using Clock = std::chrono::steady_clock;

struct Ended {
    Code code = Code::kInternal;
    Clock::duration after{};
};

awaitable<Ended> open(std::shared_ptr<const storage::net::TlsClient> client, storage::net::Url url,
                      std::chrono::milliseconds patience) {
    const auto began = Clock::now();
    const auto opened = co_await HttpsConnection::open(std::move(client), std::move(url), began + patience);
    Ended ended;
    ended.after = Clock::now() - began;
    if (opened.has_error()) ended.code = opened.error().code;
    co_return ended;
}

awaitable<void> try_names(std::shared_ptr<const storage::net::TlsClient> client, std::uint16_t port) {
    for (const auto* name : {"hangs.test", "127.0.0.1"}) {  // the second waits for the thread that hangs
        storage::net::Url url{name, port, "/"};
        const auto ended = co_await open(client, std::move(url), 200ms);
        CHECK(ended.code == Code::kDeadline);
        CHECK(ended.after >= 200ms);
        CHECK(ended.after < 1s);
    }
    boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, 1500ms);
    co_await timer.async_wait(boost::asio::use_awaitable);
    storage::net::Url url{"127.0.0.1", port, "/"};
    const auto opened = co_await HttpsConnection::open(client, std::move(url), Clock::now() + 5s);
    CHECK(opened.has_value());
}

TEST_CASE("The wait for a name ends by the deadline, also while another name hangs, and later names are found") {
    const tests::CertificateAuthority authority("trusted");
    const tests::CertifiedKey identity = authority.issue({"server", "serverAuth", "IP:127.0.0.1"});
    const tests::TlsResponder responder(identity, "");
    storage::net::TlsOptions options;
    options.authorities_pem = authority.own().certificate_pem;
    tests::await(try_names(storage::net::make_tls_client(options).value(), responder.port()));
}

TEST_CASE("A name that is not there is told as that") {
    const auto client = storage::net::make_tls_client({}).value();
    CHECK(tests::await(open(client, {"hangs.test", 443, "/"}, 5s)).code == Code::kUnavailable);
}

}  // namespace
