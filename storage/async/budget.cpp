#include "storage/async/budget.hpp"

#include <algorithm>
#include <string>

namespace storage::async {

using policy::Code;
using policy::fail;
using policy::Result;

Grant::Grant(Grant&& other) noexcept
    : budget_(std::exchange(other.budget_, nullptr)), amount_(std::exchange(other.amount_, 0)) {}

Grant& Grant::operator=(Grant&& other) noexcept {
    if (this != &other) {
        release();
        budget_ = std::exchange(other.budget_, nullptr);
        amount_ = std::exchange(other.amount_, 0);
    }
    return *this;
}

void Grant::release() noexcept {
    if (budget_ != nullptr) std::exchange(budget_, nullptr)->give_back(std::exchange(amount_, 0));
}

Grant Grant::split(std::size_t amount) noexcept {
    Grant part;
    part.budget_ = budget_;
    part.amount_ = std::min(amount, amount_);
    amount_ -= part.amount_;
    return part;
}

Budget::Budget(std::string what, std::size_t total, std::size_t max_waiters)
    : what_(std::move(what)), total_(total), max_waiters_(max_waiters) {}

boost::asio::awaitable<Result<Grant>> Budget::acquire(std::size_t amount, Deadline deadline) {
    if (amount > total_) co_return fail(Code::kTooLarge, "more " + what_ + " than there is in all");
    std::shared_ptr<Waiter> waiter;
    {
        const std::scoped_lock lock(mutex_);
        if (waiting_.empty() && amount <= total_ - used_) {
            used_ += amount;
            co_return Grant(*this, amount);
        }
        if (waiting_.size() >= max_waiters_) co_return fail(Code::kOverloaded, "too many wait for " + what_);
        waiter = std::make_shared<Waiter>(Waiter{amount, false, Signal::make()});
        waiting_.push_back(waiter);
    }
    co_await waiter->signal->wait(deadline);
    const std::scoped_lock lock(mutex_);
    if (waiter->granted) co_return Grant(*this, amount);
    waiting_.remove(waiter);
    serve_waiters_locked();  // a smaller one may have stood behind it
    co_return fail(Code::kOverloaded, "no " + what_ + " in time");
}

std::size_t Budget::used() const {
    const std::scoped_lock lock(mutex_);
    return used_;
}

std::size_t Budget::waiters() const {
    const std::scoped_lock lock(mutex_);
    return waiting_.size();
}

void Budget::give_back(std::size_t amount) noexcept {
    const std::scoped_lock lock(mutex_);
    used_ -= amount;
    serve_waiters_locked();
}

void Budget::serve_waiters_locked() {
    while (!waiting_.empty() && waiting_.front()->amount <= total_ - used_) {
        const std::shared_ptr<Waiter> chosen = waiting_.front();
        waiting_.pop_front();
        used_ += chosen->amount;
        chosen->granted = true;
        chosen->signal->fire();
    }
}

}  // namespace storage::async
