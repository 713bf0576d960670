#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <memory>

#include "policy/result.hpp"
#include "storage/async/deadline.hpp"
#include "storage/net/https_connection.hpp"
#include "storage/net/url.hpp"

namespace storage::net {

/// Connections to one server that are kept between requests.
///
/// A kept connection belongs to the loop that it was opened on and goes with it: it is only given to coroutines of that
/// loop. One that has been idle for `idle_limit` is not used again, so that requests do not meet a server that is just
/// about to close (most do after a minute); one that the server closed meanwhile is seen and dropped.
///
/// Thread safety: any thread.
/// Lifetime:      must outlive every awaitable it returned, not the connections.
class ConnectionPool {
  public:
    struct Options {
        TlsOptions tls;
        std::chrono::milliseconds idle_limit = std::chrono::seconds(20);
        std::size_t max_idle = 16;  ///< Kept on each loop; more are closed after use.
    };

    /// `origin.target` is not looked at. kInvalid: the authorities cannot be read.
    static policy::Result<std::unique_ptr<ConnectionPool>> make(Url origin, Options options);
    ~ConnectionPool();
    ConnectionPool(const ConnectionPool&) = delete;
    ConnectionPool& operator=(const ConnectionPool&) = delete;

    /// A kept connection, or a new one; always a new one when `fresh`. Errors are those of HttpsConnection::open().
    boost::asio::awaitable<policy::Result<std::unique_ptr<HttpsConnection>>> take(bool fresh, async::Deadline deadline);

    /// Keeps it when it may be used again, else closes it. On the loop that it was taken on.
    boost::asio::awaitable<void> give_back(std::unique_ptr<HttpsConnection> connection);

    const Url& origin() const noexcept { return origin_; }

  private:
    ConnectionPool(Url origin, Options options, std::shared_ptr<const TlsClient> tls);

    Url origin_;
    Options options_;
    std::shared_ptr<const TlsClient> tls_;
    std::shared_ptr<const int> identity_;  ///< What a loop's idle connections are kept under.
};

}  // namespace storage::net
