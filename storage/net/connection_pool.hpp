#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

#include "policy/result.hpp"
#include "storage/async/budget.hpp"
#include "storage/async/deadline.hpp"
#include "storage/net/https_connection.hpp"
#include "storage/net/url.hpp"

namespace storage::net {

/// A connection of a pool, and its place among those that may be in use. Closed unless it is given back.
struct PooledConnection {
    std::unique_ptr<HttpsConnection> connection;
    async::Grant place;

    HttpsConnection* operator->() const noexcept { return connection.get(); }
    HttpsConnection& operator*() const noexcept { return *connection; }
};

/// Connections to one server that are kept between requests, and the bound on those in use.
///
/// A kept connection belongs to the loop that it was opened on and goes with it: it is only given to coroutines of that
/// loop. One that has been idle for `idle_limit` is not used again, so that requests do not meet a server that is just
/// about to close (most do after a minute); one that the server closed meanwhile is seen and dropped.
///
/// Whoever has a connection must not wait for another: all that wait would wait for each other.
///
/// Thread safety: any thread.
/// Lifetime:      must outlive every awaitable it returned and the connections in use.
class ConnectionPool {
  public:
    struct Options {
        TlsOptions tls;
        std::chrono::milliseconds idle_limit = std::chrono::seconds(20);
        std::size_t max_idle = 16;     ///< Kept on each loop besides those in use; more are closed after use.
        std::size_t max_in_use = 256;  ///< Over all loops.
    };

    /// `origin.target` is not looked at. kInvalid: the authorities cannot be read.
    static policy::Result<std::unique_ptr<ConnectionPool>> make(Url origin, Options options);
    ~ConnectionPool();
    ConnectionPool(const ConnectionPool&) = delete;
    ConnectionPool& operator=(const ConnectionPool&) = delete;

    /// A kept connection, or a new one; always a new one when `fresh`. Errors are those of HttpsConnection::open(), and
    /// kOverloaded: as many as may be are in use until the deadline, or too many wait.
    boost::asio::awaitable<policy::Result<PooledConnection>> take(bool fresh, async::Deadline deadline);

    /// Keeps it when it may be used again, else closes it. On the loop that it was taken on.
    boost::asio::awaitable<void> give_back(PooledConnection connection);

    const Url& origin() const noexcept { return origin_; }
    /// HttpsConnection::certificate_sha256() of the connection that was opened last; empty before the first.
    std::vector<std::byte> certificate_sha256() const;

  private:
    ConnectionPool(Url origin, Options options, std::shared_ptr<const TlsClient> tls);

    Url origin_;
    Options options_;
    std::shared_ptr<const TlsClient> tls_;
    async::Budget places_;
    mutable std::mutex mutex_;
    std::vector<std::byte> certificate_;
    std::shared_ptr<const int> identity_;  ///< What a loop's idle connections are kept under.
};

}  // namespace storage::net
