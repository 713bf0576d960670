#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "gateway/http/request.hpp"
#include "gateway/recordings/multipart.hpp"
#include "policy/result.hpp"

namespace gateway::recordings {

/// The audio of a push, whichever way it is sent: the body of a PUT, or the second part of a multipart POST. Both are
/// read where they lie in the connection's buffer.
///
/// Lifetime: the request must outlive it. Thread safety: the connection's loop only.
class PushBody {
  public:
    /// For the raw PUT.
    explicit PushBody(http::Request& request) : request_(request) {}
    /// For a multipart POST with this boundary.
    PushBody(http::Request& request, std::string_view boundary)
        : request_(request), parts_(MultipartReader(boundary)) {}

    /// The first part of a multipart body, which is the metadata. kTooLarge past `max_bytes`; kInvalid: no such part.
    boost::asio::awaitable<policy::Result<std::string>> metadata(std::size_t max_bytes);

    /// How long the audio is, when that is known beforehand.
    std::optional<std::uint64_t> length() const;

    /// The next piece of audio; empty at its end. kInvalid: the multipart body is malformed or ends early.
    boost::asio::awaitable<policy::Result<std::span<const std::byte>>> next();

  private:
    boost::asio::awaitable<policy::Result<MultipartReader::Event>> event();

    http::Request& request_;
    std::optional<MultipartReader> parts_;
    std::span<const std::byte> piece_;
    bool in_audio_ = false;
    bool audio_ended_ = false;
};

}  // namespace gateway::recordings
