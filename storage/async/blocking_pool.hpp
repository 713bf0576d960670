#pragma once

#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "policy/result.hpp"

namespace storage::async {

/// A named set of threads for calls that block (fsync, unlink, a vault), so that no loop thread ever does.
///
/// Thread safety: run() may be called from any thread.
/// Lifetime:      must outlive every awaitable it returned; stop() waits for the calls under way.
/// Bounds:        at most `queue_limit` calls wait or run at once; past that run() answers kOverloaded at once.
/// Silence:       a system call cannot be broken off. With a `patience`, a call that no thread has taken up for so long
///                is kUnavailable and never runs, and from then on each new one at once, until one that runs comes to
///                its end: of what hangs, only as many callers hang as there are threads.
class BlockingPool {
  public:
    /// `patience`: 0 for without end.
    BlockingPool(std::string name, std::size_t threads, std::size_t queue_limit,
                 std::chrono::milliseconds patience = {});
    ~BlockingPool();
    BlockingPool(const BlockingPool&) = delete;
    BlockingPool& operator=(const BlockingPool&) = delete;

    /// Runs `function` (which returns policy::Result<T>) on a thread of the pool and resumes the caller on its own
    /// executor. An exception of the function comes out of the co_await.
    template <class Function>
    boost::asio::awaitable<std::invoke_result_t<Function>> run(Function function) {
        using Outcome = std::invoke_result_t<Function>;
        const auto before = under_way_.fetch_add(1, std::memory_order_relaxed);
        if (before >= queue_limit_) {
            under_way_.fetch_sub(1, std::memory_order_relaxed);
            co_return policy::fail(policy::Code::kOverloaded, "the queue of " + name_ + " is full");
        }
        // With nothing under way nothing would ever tell that it answers again.
        if (before > 0 && silent_.load(std::memory_order_relaxed)) {
            under_way_.fetch_sub(1, std::memory_order_relaxed);
            co_return silence();
        }
        boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor);
        // The state lives in the coroutine's frame, which outlives the call: a slot for the outcome keeps Outcome free
        // of the default constructor that a completion signature would ask for.
        std::optional<Outcome> outcome;
        std::exception_ptr thrown;
        co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void()>(
            [this, &function, &outcome, &thrown, &timer](auto handler) {
                auto home = boost::asio::prefer(boost::asio::get_associated_executor(handler),
                                                boost::asio::execution::outstanding_work.tracked);
                // Whoever takes the call, a thread or the end of patience, resumes the caller; the other touches
                // nothing.
                auto call = std::make_shared<Waiting<decltype(handler)>>(std::move(handler));
                if (patience_.count() > 0) {
                    timer.expires_after(patience_);
                    timer.async_wait([this, call, home, &outcome](const boost::system::error_code& stopped) {
                        if (stopped || call->taken.exchange(true)) return;
                        silent_.store(true, std::memory_order_relaxed);
                        outcome.emplace(silence());
                        boost::asio::post(home, std::move(call->handler));
                    });
                }
                boost::asio::post(threads_, [this, call = std::move(call), &function, &outcome, &thrown,
                                             home = std::move(home)]() mutable {
                    if (call->taken.exchange(true)) {
                        under_way_.fetch_sub(1, std::memory_order_relaxed);
                        return;
                    }
                    try {
                        outcome.emplace(function());
                    } catch (...) {
                        thrown = std::current_exception();
                    }
                    silent_.store(false, std::memory_order_relaxed);
                    under_way_.fetch_sub(1, std::memory_order_relaxed);
                    boost::asio::post(home, std::move(call->handler));
                });
            },
            boost::asio::use_awaitable);
        timer.cancel();
        if (thrown) std::rethrow_exception(thrown);
        co_return std::move(*outcome);
    }

    /// Calls that wait or run now; for metrics.
    std::size_t under_way() const noexcept { return under_way_.load(std::memory_order_relaxed); }
    const std::string& name() const noexcept { return name_; }

    /// Takes no more work to heart: waits until what was posted has run. Called by the destructor.
    void stop();

  private:
    template <class Handler>
    struct Waiting {
        explicit Waiting(Handler&& given) : handler(std::move(given)) {}
        Handler handler;
        std::atomic<bool> taken{false};
    };
    policy::Error silence() const;

    std::string name_;
    std::size_t queue_limit_;
    std::chrono::milliseconds patience_;
    std::atomic<bool> silent_{false};
    std::atomic<std::size_t> under_way_{0};
    boost::asio::thread_pool threads_;
};

}  // namespace storage::async
