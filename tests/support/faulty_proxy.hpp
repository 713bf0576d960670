#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <mutex>
#include <thread>

namespace tests {

/// A TCP proxy on loopback before a real server, which breaks connections where it is told to. It sees TLS bytes only,
/// as a network does. It and its connections stop with the object.
///
/// Thread safety: the setters from any thread.
class FaultyProxy {
  public:
    explicit FaultyProxy(std::uint16_t server_port);
    ~FaultyProxy();
    FaultyProxy(const FaultyProxy&) = delete;
    FaultyProxy& operator=(const FaultyProxy&) = delete;

    std::uint16_t port() const { return port_; }

    enum class Side { kRequest, kAnswer };
    /// The next `times` connections are reset after so many bytes of that side have passed.
    void cut(Side side, std::size_t after_bytes, int times);
    /// Answers pass at this speed, in steps of 50 ms; 0: unhindered.
    void slow_down(std::size_t bytes_per_second) { speed_ = bytes_per_second; }
    int connections() const { return connections_; }
    /// Bytes of the connection that ended last, for choosing where to cut.
    std::size_t last_request_bytes() const { return last_request_; }
    std::size_t last_answer_bytes() const { return last_answer_; }

  private:
    struct Cut {
        Side side = Side::kRequest;
        std::size_t after = 0;
    };
    void serve();
    void forward(int client, bool is_cut, Cut cut);

    std::uint16_t server_port_;
    std::uint16_t port_ = 0;
    int listener_ = -1;
    std::atomic<bool> stopping_{false};
    std::atomic<std::size_t> speed_{0};
    std::atomic<int> connections_{0};
    std::atomic<std::size_t> last_request_{0};
    std::atomic<std::size_t> last_answer_{0};
    std::mutex mutex_;
    Cut cut_;
    int cuts_left_ = 0;
    std::list<std::thread> workers_;
    std::thread acceptor_;
};

}  // namespace tests
