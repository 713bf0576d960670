#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "policy/result.hpp"

namespace gateway::http {

/// The body of a request, read by its handler as it comes in. Chunked framing is already taken off.
///
/// Thread safety: none; used by the one handler of the request, on the connection's loop.
/// Lifetime:      as long as the request.
/// Limits:        the route's max_body and the least rate (Limits) are enforced here; memory is one buffer a
/// connection. Errors:        kTooLarge (past max_body), kDeadline (slower than the least rate), kInvalid (broken
/// framing),
///                kUnavailable (the client is gone). All are final: every later next() fails the same way. Whatever the
///                handler then returns, the server answers 413, 408 or 400 itself (or nothing, to a client that is
///                gone).
class Body {
  public:
    virtual ~Body() = default;

    /// The declared Content-Length; nothing for a chunked body; 0 for a request without one.
    virtual std::optional<std::uint64_t> content_length() const = 0;

    /// The next bytes, at most 64 KiB, without a copy; empty at the end. Valid until the next call. The first call
    /// sends `100 Continue` to a client that asked for it: a handler that refuses without reading saves the upload.
    virtual boost::asio::awaitable<policy::Result<std::span<const std::byte>>> next() = 0;

    /// Bytes that next() has handed out so far.
    virtual std::uint64_t received() const = 0;

    /// The whole body as text; kTooLarge past `max_bytes`. For small bodies (JSON); checks Content-Length before it
    /// reads.
    boost::asio::awaitable<policy::Result<std::string>> read_all(std::size_t max_bytes);
};

}  // namespace gateway::http
