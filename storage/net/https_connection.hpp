#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/result.hpp"
#include "storage/async/deadline.hpp"
#include "storage/net/url.hpp"

namespace storage::net {

struct Field {
    std::string name;
    std::string value;
};

/// Whom to believe, and how long to wait for a sign of life.
struct TlsOptions {
    std::string authorities_pem;  ///< Who is trusted instead of the system's authorities; empty: those.
    std::chrono::milliseconds connect_limit = std::chrono::seconds(10);  ///< For a name, a connection and its TLS.
    std::chrono::milliseconds stall_limit =
        std::chrono::seconds(30);  ///< Without a byte moving the other side is dead.
};

/// What connections share: authorities and limits. Immutable, from any thread.
class TlsClient;

/// kInvalid: the authorities cannot be read.
policy::Result<std::shared_ptr<const TlsClient>> make_tls_client(TlsOptions options);

/// The first lines of a request.
struct RequestHead {
    std::string method = "GET";
    std::string target = "/";
    std::vector<Field> fields;        ///< Besides Host, Content-Length, User-Agent, Connection and Expect.
    std::uint64_t body_in_bytes = 0;  ///< Exactly so many follow.
    bool expects_continue = false;    ///< Ask whether the body is wanted (RFC 9110, 10.1.1).
    bool closes = false;              ///< The only request of this connection.
};

/// The first lines of an answer.
struct AnswerHead {
    unsigned status = 0;
    std::vector<Field> fields;
    std::optional<std::uint64_t> body_in_bytes;  ///< Nothing when only the end of the body tells.

    /// The first field of that name, whatever its case; empty when there is none.
    std::string_view field(std::string_view name) const;
};

/// One TLS 1.3 connection to a server that proved its name: one exchange after the other, each a request and its whole
/// answer. Never follows a redirect.
///
/// Order:         send_head, send_body..., read_head, read_body until 0; then the next, when may_be_used_again().
/// Thread safety: one call at a time, on the loop that it was opened on.
/// Errors:        kUnavailable (not reached, not who it must be, gone, silent for the stall limit), kDeadline, kInvalid
///                (not HTTP). `what` names the host and no path: an address may hold a secret. After an error it is of
///                no use any more.
class HttpsConnection {
  public:
    /// `url.target` is not looked at.
    static boost::asio::awaitable<policy::Result<std::unique_ptr<HttpsConnection>>> open(
        std::shared_ptr<const TlsClient> client, Url url, async::Deadline deadline);
    ~HttpsConnection();
    HttpsConnection(const HttpsConnection&) = delete;
    HttpsConnection& operator=(const HttpsConnection&) = delete;

    boost::asio::awaitable<policy::Result<void>> send_head(RequestHead head, async::Deadline deadline);
    boost::asio::awaitable<policy::Result<void>> send_body(std::span<const std::byte> bytes, async::Deadline deadline);

    /// After a head that expects it: true when the body is wanted. False: the final answer came instead; read_head()
    /// gives it. kUnavailable after `patience`: the other side may not know the question.
    boost::asio::awaitable<policy::Result<bool>> body_is_wanted(std::chrono::milliseconds patience,
                                                                async::Deadline deadline);

    /// The head of the final answer.
    boost::asio::awaitable<policy::Result<AnswerHead>> read_head(async::Deadline deadline);
    /// Some of the answer's body; 0 at its end. kUnavailable: cut off before the end.
    boost::asio::awaitable<policy::Result<std::size_t>> read_body(std::span<std::byte> out, async::Deadline deadline);

    /// SHA-256 of the certificate that the server proved its name with, as it came (DER).
    std::vector<std::byte> certificate_sha256() const;

    /// Whether a byte of an answer came since send_head().
    bool was_answered() const noexcept;
    /// Whether it had an exchange before this one.
    bool was_used_before() const noexcept;
    /// Whether the exchange is over and the connection as good as new: still open, nothing unread.
    bool may_be_used_again() const;

  private:
    class Impl;
    explicit HttpsConnection(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace storage::net
