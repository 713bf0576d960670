#include "storage/net/connection_pool.hpp"

#include <boost/asio/execution/context.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/query.hpp>
#include <boost/asio/this_coro.hpp>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

namespace storage::net {

namespace asio = boost::asio;
using asio::awaitable;
using policy::Result;
using Clock = std::chrono::steady_clock;

namespace {

constexpr std::size_t kMostWaiting = 4096;

struct Idle {
    std::unique_ptr<HttpsConnection> connection;
    Clock::time_point since;
};

/// The idle connections of one loop, for all pools. A service of the loop: it is emptied before the loop is gone.
class IdleConnections final : public asio::execution_context::service {
  public:
    using key_type = IdleConnections;
    static inline asio::execution_context::id id;

    explicit IdleConnections(asio::execution_context& context) : service(context) {}

    /// The one that was used last; older than `limit` are dropped.
    std::unique_ptr<HttpsConnection> take(const std::shared_ptr<const int>& pool, Clock::duration limit) {
        std::vector<Idle> dropped;  // closed after the lock is free
        const std::scoped_lock lock(mutex_);
        forget_old_pools(dropped);
        auto& kept = idle_[pool];
        while (!kept.empty()) {
            Idle last = std::move(kept.back());
            kept.pop_back();
            if (Clock::now() - last.since < limit && last.connection->may_be_used_again())
                return std::move(last.connection);
            dropped.push_back(std::move(last));
        }
        return nullptr;
    }

    void keep(const std::shared_ptr<const int>& pool, std::unique_ptr<HttpsConnection> connection, std::size_t most) {
        Idle dropped;
        const std::scoped_lock lock(mutex_);
        auto& kept = idle_[pool];
        if (kept.size() >= most && !kept.empty()) {
            dropped = std::move(kept.front());  // the oldest
            kept.erase(kept.begin());
        }
        if (most > 0) kept.push_back({std::move(connection), Clock::now()});
    }

  private:
    void shutdown() override {
        const std::scoped_lock lock(mutex_);
        idle_.clear();
    }

    /// Of pools that are gone.
    void forget_old_pools(std::vector<Idle>& dropped) {
        for (auto at = idle_.begin(); at != idle_.end();) {
            if (!at->first.expired()) {
                ++at;
                continue;
            }
            for (auto& old : at->second) dropped.push_back(std::move(old));
            at = idle_.erase(at);
        }
    }

    std::mutex mutex_;
    std::map<std::weak_ptr<const int>, std::vector<Idle>, std::owner_less<>> idle_;
};

awaitable<IdleConnections*> idle_connections() {
    const auto executor = co_await asio::this_coro::executor;
    co_return &asio::use_service<IdleConnections>(asio::query(executor, asio::execution::context));
}

}  // namespace

ConnectionPool::ConnectionPool(Url origin, Options options, std::shared_ptr<const TlsClient> tls)
    : origin_(std::move(origin)),
      options_(std::move(options)),
      tls_(std::move(tls)),
      places_("connections to " + origin_.host, options_.max_in_use, kMostWaiting),
      identity_(std::make_shared<const int>(0)) {}

ConnectionPool::~ConnectionPool() = default;

Result<std::unique_ptr<ConnectionPool>> ConnectionPool::make(Url origin, Options options) {
    auto tls = make_tls_client(options.tls);
    if (!tls) return tls.error();
    return std::unique_ptr<ConnectionPool>(new ConnectionPool(std::move(origin), std::move(options), std::move(*tls)));
}

awaitable<Result<PooledConnection>> ConnectionPool::take(bool fresh, async::Deadline deadline) {
    auto place = co_await places_.acquire(1, deadline);
    if (!place) co_return place.error();
    if (!fresh) {
        IdleConnections* const idle = co_await idle_connections();
        auto kept = idle->take(identity_, options_.idle_limit);
        if (kept) co_return PooledConnection{std::move(kept), std::move(*place)};
    }
    auto opened = co_await HttpsConnection::open(tls_, origin_, deadline);
    if (!opened) co_return opened.error();
    {
        const std::lock_guard lock(mutex_);
        certificate_ = (*opened)->certificate_sha256();
    }
    co_return PooledConnection{std::move(*opened), std::move(*place)};
}

std::vector<std::byte> ConnectionPool::certificate_sha256() const {
    const std::lock_guard lock(mutex_);
    return certificate_;
}

awaitable<void> ConnectionPool::give_back(PooledConnection connection) {
    if (!connection->may_be_used_again()) co_return;
    IdleConnections* const idle = co_await idle_connections();
    idle->keep(identity_, std::move(connection.connection), options_.max_idle);
}

}  // namespace storage::net
