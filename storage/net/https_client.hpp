#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "policy/result.hpp"
#include "storage/async/deadline.hpp"
#include "storage/net/https_connection.hpp"
#include "storage/net/url.hpp"

namespace storage::net {

struct Request {
    std::string method = "GET";
    Url url;
    std::vector<Field> fields;  ///< Besides Host, Content-Length, User-Agent and Connection.
    std::string body;
};

struct Reply {
    unsigned status = 0;
    std::string media_type;  ///< Of Content-Type, lowercase, without parameters; empty when it says none.
    std::string body;
};

/// The rest of an answer's body, at most `max_bytes` (kTooLarge past that). Errors are those of read_body().
boost::asio::awaitable<policy::Result<std::string>> read_whole_body(HttpsConnection& connection, std::size_t max_bytes,
                                                                    async::Deadline deadline);

/// Asks others over HTTPS: TLS 1.3 only, their name and chain verified, one connection a request, no redirect followed.
/// For what is asked now and then (an issuer's keys and tokens).
///
/// Thread safety: send() from any loop at once.
/// Lifetime:      must outlive every awaitable it returned.
class HttpsClient {
  public:
    struct Options {
        std::string authorities_pem;  ///< Who is trusted instead of the system's authorities; empty: those.
        std::size_t max_reply_bytes = std::size_t{256} * 1024;
    };

    /// kInvalid: the authorities cannot be read.
    static policy::Result<std::unique_ptr<HttpsClient>> make(Options options);
    HttpsClient(const HttpsClient&) = delete;
    HttpsClient& operator=(const HttpsClient&) = delete;
    ~HttpsClient() = default;

    /// The answer, whatever its status. kUnavailable: not reached, not who it must be, or gone before the end;
    /// kDeadline; kTooLarge: the body; kInvalid: not HTTP. `what` names the host and no path: an address may hold a
    /// secret.
    boost::asio::awaitable<policy::Result<Reply>> send(Request request, async::Deadline deadline) const;

  private:
    HttpsClient(std::shared_ptr<const TlsClient> tls, std::size_t max_reply_bytes);

    std::shared_ptr<const TlsClient> tls_;
    std::size_t max_reply_bytes_;
};

}  // namespace storage::net
