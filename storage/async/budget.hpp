#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "policy/result.hpp"
#include "storage/async/deadline.hpp"
#include "storage/async/signal.hpp"

namespace storage::async {

class Budget;

/// A share of a budget that is held until this is destroyed or released. Move-only.
class Grant {
  public:
    Grant() = default;
    Grant(Grant&& other) noexcept;
    Grant& operator=(Grant&& other) noexcept;
    Grant(const Grant&) = delete;
    Grant& operator=(const Grant&) = delete;
    ~Grant() { release(); }

    std::size_t size() const noexcept { return amount_; }
    void release() noexcept;
    /// Takes `amount` out of this one, at most all of it, as a grant of its own.
    Grant split(std::size_t amount) noexcept;

  private:
    friend class Budget;
    Grant(Budget& budget, std::size_t amount) : budget_(&budget), amount_(amount) {}
    Budget* budget_ = nullptr;
    std::size_t amount_ = 0;
};

/// A bound on what all together may hold of something: bytes of buffers, connections. It counts, it does not allocate.
///
/// Whoever holds a grant must not wait for another: all that wait would wait for each other. Ask for everything at once
/// and split it.
///
/// Order:         first come, first served: a large request is never starved by small ones.
/// Thread safety: all of it, from any thread.
/// Lifetime:      must outlive its grants and waiters.
class Budget {
  public:
    /// `what` there is a bound on, for errors: "memory for uploads". At most `max_waiters` coroutines wait; past that
    /// acquire() refuses at once.
    Budget(std::string what, std::size_t total, std::size_t max_waiters);

    /// Waits for `amount` until `deadline`. kOverloaded: the deadline came first, or too many wait. kTooLarge: more
    /// than the whole budget.
    boost::asio::awaitable<policy::Result<Grant>> acquire(std::size_t amount, Deadline deadline);

    std::size_t total() const noexcept { return total_; }
    std::size_t used() const;     ///< For metrics.
    std::size_t waiters() const;  ///< For metrics.

  private:
    friend class Grant;
    struct Waiter {
        std::size_t amount;
        bool granted;
        std::shared_ptr<Signal> signal;
    };
    void give_back(std::size_t amount) noexcept;
    void serve_waiters_locked();

    const std::string what_;
    const std::size_t total_;
    const std::size_t max_waiters_;
    mutable std::mutex mutex_;
    std::size_t used_ = 0;
    std::list<std::shared_ptr<Waiter>> waiting_;
};

}  // namespace storage::async
