#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "policy/result.hpp"

namespace gateway::http {

/// A response header. Name and value are of our making; CR, LF or NUL in one is a broken invariant (500).
struct Header {
    std::string name;
    std::string value;
};

/// Where the bytes of a large response come from. The session asks for 32 KiB, then 128, then 256 KiB at a time, so
/// that the first byte is quick and the rest is few system calls.
///
/// Thread safety: none; used on the connection's loop, by one caller at a time.
/// Lifetime:      owned by the response; destroyed when the response is over or the client is gone.
class BodySource {
  public:
    virtual ~BodySource() = default;

    /// How many bytes the body has: the Content-Length. Known before the first byte.
    virtual std::uint64_t size() const = 0;

    /// The next 1 to `want` bytes; valid until the next call. Not called again after size() bytes. May wait (pace). An
    /// error ends the connection mid-body, so that the client sees a truncated answer; it is logged.
    virtual boost::asio::awaitable<policy::Result<std::span<const std::byte>>> next(std::size_t want) = 0;

    /// Whether what next() gave may still go out. Asked again and again while the client takes it: once it is false,
    /// what was not sent is thrown away and the connection is reset.
    virtual bool may_flow() const noexcept { return true; }

    /// Told after each batch how many bytes of the body the kernel has taken so far (not yet proof that anybody heard
    /// them).
    virtual void delivered(std::uint64_t bytes_so_far) noexcept { static_cast<void>(bytes_so_far); }
};

/// What a handler answers. The server adds Content-Length, Date, Callvault-Request-Id, the security headers,
/// Connection, and `Cache-Control: no-store` and a Content-Security-Policy that allows nothing where the handler set
/// none.
struct Response {
    unsigned status = 200;
    std::vector<Header> headers;
    std::variant<std::string, std::unique_ptr<BodySource>> body;
    bool close = false;  ///< Close the connection after this answer.

    /// The value of the first header of that name (any case), or null.
    const std::string* header(std::string_view name) const;
};

/// A response whose body is text of the given media type.
Response text_response(unsigned status, std::string media_type, std::string body);
/// A response with a JSON body ("application/json").
Response json_response(unsigned status, std::string body);

/// The phrase of the status line; "Status" for a status we do not name.
std::string_view reason_phrase(unsigned status);

}  // namespace gateway::http
