#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "tests/bench/load/load.hpp"
#include "tests/bench/load/tls.hpp"

namespace bench {

/// One connection of the load: asks, checks the answer byte by byte, asks again.
class Connection {
  public:
    Connection(Load& load, std::size_t index);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    void open();
    /// Goes on as far as the socket lets it.
    void step();
    /// Sends its next request, which was due at `planned`.
    void ask(double planned);
    /// Open, and nothing under way.
    bool ready() const { return state_ == State::kIdle; }
    bool busy() const { return state_ != State::kIdle && state_ != State::kClosed; }

  private:
    enum class State { kClosed, kConnecting, kHandshake, kIdle, kSending, kHead, kBody };

    bool is_put() const { return load_.options().mode == Mode::kPut; }
    void begin(double planned);
    void connected();
    void shake_hands();
    void send();
    bool send_head();
    bool send_body();
    void read_head();
    void take_head(std::size_t head_size);
    void read_body();
    void take_body(std::string_view piece);
    void answered();
    std::uint64_t allowance() const;
    void watch(std::uint32_t events);
    /// Waits as TLS asks to, or fails.
    void wait_or_fail(int result, const char* what);
    void fail(std::string_view what);
    void close();

    Load& load_;
    const std::size_t index_;
    State state_ = State::kClosed;
    int socket_ = -1;
    std::uint32_t watched_ = 0;
    Tls ssl_;
    Request request_;
    std::uint64_t position_ = 0;          ///< kPaced: where the listener is.
    std::uint64_t sent_ = 0;              ///< Of the head, then of the body.
    std::uint64_t left_ = 0, taken_ = 0;  ///< Of the answer's body.
    bool head_sent_ = false, wrong_ = false;
    std::string answer_;  ///< Head under way; then the body of an answer to a PUT.
    double planned_ = 0, first_byte_ = 0, began_sending_ = 0;
};

}  // namespace bench
