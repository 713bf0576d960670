#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "gateway/http/body.hpp"
#include "gateway/http/request.hpp"
#include "gateway/http/response.hpp"
#include "gateway/http/session_context.hpp"
#include "gateway/http/transport.hpp"

namespace gateway::http {

/// One connection, from its handshake to its close: reads request after request, hands each to its route, sends the
/// answer. Holds no buffer while it is idle.
///
/// Thread safety: its loop only. Every wait has a deadline, which a watch of the loop looks at.
class Session {
  public:
    using Time = std::chrono::steady_clock::time_point;

    Session(boost::asio::io_context& loop, int descriptor, std::unique_ptr<Transport> transport, Peer peer,
            LoopSessions& neighbours, SessionContext& context);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    boost::asio::awaitable<void> run();

    /// Ends waits whose deadline has passed.
    void watch(Time now);
    /// Stage one of a stop: ends the wait for a next request.
    void close_if_idle();
    /// Stage two: ends every wait, the handler's too.
    void cancel();
    boost::asio::cancellation_slot slot() { return cancellation_.slot(); }

  private:
    class BodyReader;
    friend class BodyReader;

    enum class Wait { kRead, kWrite };
    boost::asio::awaitable<bool> wait(Wait what);
    boost::asio::awaitable<bool> handshake();
    boost::asio::awaitable<Io> fill();
    boost::asio::awaitable<bool> flush();
    boost::asio::awaitable<bool> one_request();
    boost::asio::awaitable<std::optional<std::size_t>> read_head();
    boost::asio::awaitable<bool> serve(RequestHead head);
    boost::asio::awaitable<Response> answer(const Route& route, Request& request);
    boost::asio::awaitable<bool> send(const Request& request, Response response, bool keep, std::uint64_t& sent);
    boost::asio::awaitable<bool> send_source(BodySource& source, std::uint64_t& sent);
    boost::asio::awaitable<bool> flush_of(const BodySource& source);
    void abandon();
    boost::asio::awaitable<void> refuse_head(const HeadRefusal& refusal);
    boost::asio::awaitable<void> part();
    void consume(std::size_t bytes);
    void allow(std::chrono::milliseconds time) { deadline_ = std::chrono::steady_clock::now() + time; }
    void allow_for_ever() { deadline_ = Time::max(); }

    boost::asio::posix::stream_descriptor socket_;
    std::unique_ptr<Transport> transport_;
    Peer peer_;
    LoopSessions& neighbours_;
    SessionContext& context_;
    boost::asio::cancellation_signal cancellation_;
    Buffer in_;
    Time deadline_ = Time::max();
    bool idle_ = true;
    bool cancelled_ = false;
    bool abandoned_ = false;               ///< Nothing more goes out, not even what the kernel holds.
    const BodySource* flowing_ = nullptr;  ///< Whose bytes are on their way out now.
    bool unread_ = false;                  ///< The peer may still be sending a body that nobody wants.
};

}  // namespace gateway::http
