#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "tests/bench/load/figures.hpp"
#include "tests/bench/load/options.hpp"
#include "tests/bench/load/request_lines.hpp"
#include "tests/bench/load/tls.hpp"

namespace bench {

class Connection;

/// Seconds of a clock that only goes forward.
double now();

/// What a connection is to ask for next.
struct Request {
    std::string head;         ///< Up to and with the blank line.
    std::uint64_t first = 0;  ///< Of the file: where the answer begins.
    std::uint64_t size = 0;   ///< Of the body, sent or received.
};

/// One run: connects all, warms up, measures, prints. One thread, one epoll; what it says of a server's speed holds
/// only while its own core is not full.
class Load {
  public:
    explicit Load(Options options);
    ~Load();
    Load(const Load&) = delete;
    Load& operator=(const Load&) = delete;

    /// Runs to its end.
    Figures run();

    // What the connections use.
    const Options& options() const { return options_; }
    SSL_CTX* tls() const { return tls_.get(); }
    int epoll() const { return epoll_; }
    std::span<const char> file() const { return file_; }
    Figures& figures() { return figures_; }
    bool measuring() const { return measuring_; }
    /// The next request of connection `index`; nothing when a push was made of every line.
    std::optional<Request> next_request(std::size_t index, std::uint64_t& position);

  private:
    void connect_all();
    void turn();
    void plan_paced();
    void push_slow();
    void sample();
    bool all_idle() const;

    const Options options_;
    const RequestLines lines_;
    TlsContext tls_;
    int epoll_;
    std::span<const char> file_;
    std::vector<std::unique_ptr<Connection>> connections_;
    std::mt19937_64 random_{20261125};  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same ranges in every run
    std::size_t next_line_ = 0;
    Figures figures_;
    bool measuring_ = false;
    double go_ = 0, sampled_ = 0;
    std::uint64_t planned_ = 0;
};

}  // namespace bench
