#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <utility>

#include "policy/result.hpp"
#include "storage/async/deadline.hpp"
#include "storage/async/signal.hpp"

namespace storage::objects {

class MemoryBudget;

/// Bytes of a budget that are held until this is destroyed or released. Move-only.
class MemoryGrant {
  public:
    MemoryGrant() = default;
    MemoryGrant(MemoryGrant&& other) noexcept;
    MemoryGrant& operator=(MemoryGrant&& other) noexcept;
    MemoryGrant(const MemoryGrant&) = delete;
    MemoryGrant& operator=(const MemoryGrant&) = delete;
    ~MemoryGrant() { release(); }

    std::size_t size_in_bytes() const noexcept { return bytes_; }
    void release() noexcept;
    /// Takes `bytes` out of this one, at most all of it, as a grant of its own.
    MemoryGrant split(std::size_t bytes) noexcept;

  private:
    friend class MemoryBudget;
    MemoryGrant(MemoryBudget& budget, std::size_t bytes) : budget_(&budget), bytes_(bytes) {}
    MemoryBudget* budget_ = nullptr;
    std::size_t bytes_ = 0;
};

/// A bound on the bytes that all uploads together may buffer. It counts, it does not allocate.
///
/// Whoever holds a grant must not wait for another: all that wait would wait for each other. Ask for everything at once
/// and split it.
///
/// Order:         first come, first served: a large request is never starved by small ones.
/// Thread safety: all of it, from any thread.
/// Lifetime:      must outlive its grants and waiters.
class MemoryBudget {
  public:
    /// At most `max_waiters` coroutines wait; past that acquire() refuses at once.
    MemoryBudget(std::size_t total_bytes, std::size_t max_waiters);

    /// Waits for `bytes` until `deadline`. kOverloaded: the deadline came first, or too many wait. kTooLarge: more than
    /// the whole budget.
    boost::asio::awaitable<policy::Result<MemoryGrant>> acquire(std::size_t bytes, async::Deadline deadline);

    std::size_t total_bytes() const noexcept { return total_; }
    std::size_t used_bytes() const;  ///< For metrics.
    std::size_t waiters() const;     ///< For metrics.

  private:
    friend class MemoryGrant;
    struct Waiter {
        std::size_t bytes;
        bool granted;
        std::shared_ptr<async::Signal> signal;
    };
    void give_back(std::size_t bytes) noexcept;
    void serve_waiters_locked();

    const std::size_t total_;
    const std::size_t max_waiters_;
    mutable std::mutex mutex_;
    std::size_t used_ = 0;
    std::list<std::shared_ptr<Waiter>> waiting_;
};

}  // namespace storage::objects
