#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include "storage/async/deadline.hpp"

namespace storage::async {

/// One coroutine waits until some thread fires it, or until a deadline: the brick of every queue that coroutines wait
/// in.
///
/// Thread safety: fire() from any thread, before, during or after the wait. wait() once, by one coroutine.
/// Lifetime:      shared; whoever may still fire it holds a pointer.
class Signal : public std::enable_shared_from_this<Signal> {
  public:
    static std::shared_ptr<Signal> make() { return std::shared_ptr<Signal>(new Signal); }

    /// Wakes the waiter on its own executor. Only the first call counts.
    void fire();

    /// True: fired. False: the deadline came first. A caller that queued the signal must then look, under the lock of
    /// its queue, whether it was chosen all the same.
    boost::asio::awaitable<bool> wait(std::optional<Deadline> deadline);

  private:
    Signal() = default;
    void wake(bool fired);

    std::mutex mutex_;
    bool done_ = false;
    bool fired_ = false;
    std::function<void()> resume_;
};

}  // namespace storage::async
