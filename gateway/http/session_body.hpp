#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "gateway/http/chunk_decoder.hpp"
#include "gateway/http/session.hpp"

namespace gateway::http {

/// The body of one request, taken from the session's input buffer where it lies.
/// Lifetime: the session and the head's owner outlive it. Thread safety: the session's loop only.
class Session::BodyReader final : public Body {
  public:
    /// `most`: the route's max_body.
    BodyReader(Session& session, const RequestHead& head, std::uint64_t most);

    std::optional<std::uint64_t> content_length() const override { return chunked_ ? std::nullopt : length_; }
    std::uint64_t received() const override { return received_; }
    bool ended() const noexcept { return ended_; }
    /// The client still waits for our word before it sends.
    bool not_asked_for() const noexcept { return awaits_continue_; }
    const std::optional<policy::Error>& error() const noexcept { return error_; }

    boost::asio::awaitable<policy::Result<std::span<const std::byte>>> next() override;

    /// Reads the rest away, if it is short. True: the connection can go on.
    boost::asio::awaitable<bool> drain(std::size_t most);

  private:
    boost::asio::awaitable<bool> say_continue();
    boost::asio::awaitable<bool> refill();
    std::chrono::milliseconds patience() const;
    policy::Error failed(policy::Code code, std::string what);
    std::span<const std::byte> from_length();
    std::span<const std::byte> from_chunks();

    Session& session_;
    std::optional<std::uint64_t> length_;
    bool chunked_;
    bool awaits_continue_;
    std::uint64_t most_;
    std::chrono::steady_clock::duration waited_{};  ///< For the client, in all. Our own time is not its fault.
    ChunkDecoder decoder_;
    std::uint64_t received_ = 0;
    std::size_t given_ = 0;  ///< Bytes at the front of the input that the handler looks at now.
    bool ended_ = false;
    std::optional<policy::Error> error_;
};

}  // namespace gateway::http
