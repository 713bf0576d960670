#include "storage/async/signal.hpp"

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

namespace storage::async {

namespace asio = boost::asio;

void Signal::fire() {
    wake(true);
}

void Signal::wake(bool fired) {
    std::function<void()> resume;
    {
        const std::scoped_lock lock(mutex_);
        if (done_) return;
        done_ = true;
        fired_ = fired;
        resume = std::exchange(resume_, nullptr);
    }
    if (resume) resume();
}

asio::awaitable<bool> Signal::wait(std::optional<Deadline> deadline) {
    const auto self = shared_from_this();
    asio::steady_timer timer(co_await asio::this_coro::executor);
    if (deadline) {
        timer.expires_at(*deadline);
        timer.async_wait([self](const boost::system::error_code& error) {
            if (!error) self->wake(false);
        });
    }
    // The lambda holds nothing that has a destructor: g++ 12 destroys such captures twice when the lambda is a
    // temporary of a co_await expression. `self` lives in this frame until the wait is over.
    Signal* const me = this;
    co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(
        [me](auto handler) {
            auto home = asio::prefer(asio::get_associated_executor(handler), asio::execution::outstanding_work.tracked);
            // std::function wants a copyable target, the handler can only be moved.
            auto held = std::make_shared<decltype(handler)>(std::move(handler));
            std::function<void()> resume = [home, held] { asio::post(home, std::move(*held)); };
            {
                const std::scoped_lock lock(me->mutex_);
                if (!me->done_) {
                    me->resume_ = std::move(resume);
                    return;
                }
            }
            resume();
        },
        asio::use_awaitable);
    timer.cancel();
    const std::scoped_lock lock(mutex_);
    co_return fired_;
}

}  // namespace storage::async
