#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <chrono>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

#include "gateway/http/problem.hpp"
#include "gateway/http/server.hpp"
#include "tests/support/certificate_maker.hpp"
#include "tests/support/http_client.hpp"

namespace tests {

using namespace gateway::http;
using namespace std::chrono_literals;
using gateway::observe::Clock;
using gateway::observe::Log;
using gateway::observe::Registry;

class UtcClock final : public Clock {
  public:
    policy::Instant now() const override {
        return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    }
    policy::Date local_date(policy::Instant instant) const override {
        return std::chrono::floor<std::chrono::days>(instant);
    }
    policy::Instant start_of(policy::Date date) const override { return std::chrono::sys_days(date); }
};

/// Bounds that are reached within a test.
inline Limits quick_limits() {
    Limits limits;
    limits.watch_interval = 20ms;
    limits.linger_silence = 300ms;
    return limits;
}

/// A file in memory.
struct LogFile {
    LogFile() : descriptor(::memfd_create("log", 0)) {}
    ~LogFile() { ::close(descriptor); }
    LogFile(const LogFile&) = delete;
    LogFile& operator=(const LogFile&) = delete;

    int descriptor;
};

/// A server with the given routes on loops of its own, its log in memory.
class RunningServer {
  public:
    explicit RunningServer(Router router, Limits limits = quick_limits(), std::size_t loops = 1)
        : log_(clock_, gateway::observe::Level::kInfo, log_file_.descriptor),
          loops_(loops),
          server_(std::make_unique<Server>(loops_, std::move(router), limits, ServerContext{log_, metrics_, clock_})) {}
    ~RunningServer() {
        server_.reset();
        loops_.stop();
    }
    RunningServer(const RunningServer&) = delete;

    Server& server() { return *server_; }
    std::uint16_t listen() { return server_->listen_clear("127.0.0.1", 0).value(); }
    std::uint16_t listen(const TlsOptions& tls) { return server_->listen_tls("127.0.0.1", 0, tls).value(); }
    /// Whether the metrics have this text, within 5 s: the server counts after the client has seen its answer.
    bool tells(const std::string& text) const {
        const auto end = std::chrono::steady_clock::now() + 5s;
        while (metrics_.text().find(text) == std::string::npos) {
            if (std::chrono::steady_clock::now() > end) return false;
            std::this_thread::sleep_for(5ms);
        }
        return true;
    }

    /// The value of a metric without labels; -1 when there is none.
    double value(const std::string& name) const {
        const auto text = "\n" + metrics_.text();
        const auto at = text.find("\n" + name + " ");
        return at == std::string::npos ? -1 : std::stod(text.substr(at + name.size() + 2));
    }

    /// Everything that was logged.
    std::string log() {
        log_.flush();
        std::string text(static_cast<std::size_t>(::lseek(log_file_.descriptor, 0, SEEK_END)), '\0');
        const auto n = ::pread(log_file_.descriptor, text.data(), text.size(), 0);
        text.resize(n < 0 ? 0 : static_cast<std::size_t>(n));
        return text;
    }
    /// Waits until the log holds the text: an access line is written after the answer.
    bool logs(const std::string& text) {
        return eventually([&] { return log().find(text) != std::string::npos; });
    }
    static bool eventually(const std::function<bool()>& holds) {
        for (int i = 0; i < 500; ++i) {
            if (holds()) return true;
            std::this_thread::sleep_for(20ms);
        }
        return false;
    }

  private:
    UtcClock clock_;
    LogFile log_file_;  // before the log, whose thread writes to it until it is gone
    Log log_;
    Registry metrics_;
    Loops loops_;
    std::unique_ptr<Server> server_;
};

/// Answers 200 with the length of the body that it read, or the problem of reading it.
inline boost::asio::awaitable<Response> count_body(Request& request) {
    while (true) {
        const auto piece = co_await request.body().next();
        if (piece.has_error()) co_return problem_response(request.id(), piece.error());
        if (piece->empty()) co_return text_response(200, "text/plain", std::to_string(request.body().received()));
    }
}

inline boost::asio::awaitable<Response> hello(Request& request) {
    std::string text = "hello " + std::string(request.path());
    co_return text_response(200, "text/plain", std::move(text));
}

/// GET /hello, and POST and PUT /count of at most 100,000 bytes.
inline Router small_router() {
    Router router;
    router.add(Method::kGet, "/hello", hello, {.name = "hello"});
    router.add(Method::kPost, "/count", count_body, {.name = "count", .max_body_bytes = 100'000});
    return router;
}

inline std::string get(const std::string& path, const std::string& lines = "") {
    return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + lines + "\r\n";
}

inline std::string post(const std::string& path, const std::string& lines, const std::string& body = "") {
    return "POST " + path + " HTTP/1.1\r\nHost: localhost\r\n" + lines + "\r\n" + body;
}

}  // namespace tests
