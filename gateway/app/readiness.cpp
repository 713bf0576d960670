#include "gateway/app/readiness.hpp"

namespace gateway::app {

boost::asio::awaitable<std::optional<Readiness::Checks>> Readiness::ask(Time now) {
    {
        const std::lock_guard lock(mutex_);
        if (looking_since_) co_return now - *looking_since_ < kMaxLook ? known_ : std::nullopt;
        if (known_ && now - known_at_ < kMaxAge) co_return known_;
        looking_since_ = now;
    }
    // Whoever asked may be cut off in the middle: the next one looks then.
    const struct Looking {
        Readiness& owner;
        ~Looking() {
            const std::lock_guard lock(owner.mutex_);
            owner.looking_since_.reset();
        }
    } looking{*this};
    auto seen = co_await look_();
    const std::lock_guard lock(mutex_);
    known_ = seen;
    known_at_ = now;
    co_return seen;
}

}  // namespace gateway::app
