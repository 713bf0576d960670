#include "gateway/http/session_body.hpp"

#include <algorithm>
#include <utility>

namespace gateway::http {

using boost::asio::awaitable;
using policy::Code;
using policy::Result;
using std::chrono::milliseconds;
using Steady = std::chrono::steady_clock;

namespace {

constexpr std::size_t kLongestPiece = std::size_t{64} * 1024;

}  // namespace

Session::BodyReader::BodyReader(Session& session, const RequestHead& head, std::uint64_t most)
    : session_(session),
      length_(head.content_length),
      chunked_(head.chunked),
      awaits_continue_(head.expects_continue),
      most_(most) {
    if (!chunked_ && length_.value_or(0) == 0) ended_ = true;
}

awaitable<Result<std::span<const std::byte>>> Session::BodyReader::next() {
    session_.consume(std::exchange(given_, 0));
    if (error_) co_return *error_;
    if (ended_) co_return std::span<const std::byte>{};
    if (!chunked_ && *length_ > most_) co_return failed(Code::kTooLarge, "the declared body is too large");
    if (awaits_continue_ && !co_await say_continue()) co_return *error_;
    while (true) {
        if (session_.in_.empty() && !co_await refill()) co_return *error_;
        const auto piece = chunked_ ? from_chunks() : from_length();
        if (error_) co_return *error_;
        if (!piece.empty() || ended_) co_return piece;
    }
}

awaitable<bool> Session::BodyReader::drain(std::size_t most) {
    session_.consume(std::exchange(given_, 0));
    std::uint64_t swallowed = 0;
    while (!ended_ && !error_ && !awaits_continue_) {
        if (!chunked_ && *length_ - received_ > most) co_return false;
        const auto piece = co_await next();
        if (piece.has_error()) co_return false;
        swallowed += piece->size();
        if (swallowed > most) co_return false;
    }
    session_.consume(std::exchange(given_, 0));
    co_return ended_ && !error_;
}

awaitable<bool> Session::BodyReader::say_continue() {
    awaits_continue_ = false;
    session_.allow(session_.context_.limits.response_stall);
    const bool said = session_.transport_->write("HTTP/1.1 100 Continue\r\n\r\n") && co_await session_.flush();
    if (!said) failed(Code::kUnavailable, "the client is gone");
    co_return said;
}

/// Waits for more input. The least rate: whoever keeps us waiting for longer than the grace and what it sent has earned
/// is cut off.
awaitable<bool> Session::BodyReader::refill() {
    const auto begun = Steady::now();
    session_.allow(patience());
    const auto io = co_await session_.fill();
    waited_ += Steady::now() - begun;
    if (io == Io::kDone) co_return true;
    const bool slow = io == Io::kFailed && patience() <= milliseconds{0};
    failed(slow ? Code::kDeadline : Code::kUnavailable, slow ? "the body came too slowly" : "the client is gone");
    co_return false;
}

milliseconds Session::BodyReader::patience() const {
    const auto& limits = session_.context_.limits;
    const auto earned = milliseconds(received_ * 1000 / std::max<std::uint64_t>(1, limits.body_bytes_per_second));
    return limits.body_grace + earned - std::chrono::floor<milliseconds>(waited_);
}

policy::Error Session::BodyReader::failed(Code code, std::string what) {
    error_ = policy::fail(code, std::move(what));
    return *error_;
}

std::span<const std::byte> Session::BodyReader::from_length() {
    const auto there = session_.in_.filled();
    const auto piece = there.first(std::min<std::uint64_t>({*length_ - received_, there.size(), kLongestPiece}));
    given_ = piece.size();
    received_ += piece.size();
    if (received_ == *length_) ended_ = true;  // the next call says the end
    return piece;
}

std::span<const std::byte> Session::BodyReader::from_chunks() {
    const auto there = session_.in_.filled();
    const auto step = decoder_.step(there.first(std::min(there.size(), kLongestPiece)));
    if (step.broken) {
        failed(Code::kInvalid, "the chunked framing is broken");
        return {};
    }
    received_ += step.data.size();
    if (received_ > most_) {
        failed(Code::kTooLarge, "the body is too large");
        return {};
    }
    if (step.finished) ended_ = true;
    if (step.data.empty()) {
        session_.consume(step.consumed);
        return {};
    }
    given_ = step.consumed;
    return step.data;
}

}  // namespace gateway::http
