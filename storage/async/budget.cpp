#include "storage/objects/memory_budget.hpp"

#include <algorithm>
#include <string>

namespace storage::objects {

using policy::Code;
using policy::fail;
using policy::Result;

MemoryGrant::MemoryGrant(MemoryGrant&& other) noexcept
    : budget_(std::exchange(other.budget_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}

MemoryGrant& MemoryGrant::operator=(MemoryGrant&& other) noexcept {
    if (this != &other) {
        release();
        budget_ = std::exchange(other.budget_, nullptr);
        bytes_ = std::exchange(other.bytes_, 0);
    }
    return *this;
}

void MemoryGrant::release() noexcept {
    if (budget_ != nullptr) std::exchange(budget_, nullptr)->give_back(std::exchange(bytes_, 0));
}

MemoryGrant MemoryGrant::split(std::size_t bytes) noexcept {
    MemoryGrant part;
    part.budget_ = budget_;
    part.bytes_ = std::min(bytes, bytes_);
    bytes_ -= part.bytes_;
    return part;
}

MemoryBudget::MemoryBudget(std::size_t total_bytes, std::size_t max_waiters)
    : total_(total_bytes), max_waiters_(max_waiters) {}

boost::asio::awaitable<Result<MemoryGrant>> MemoryBudget::acquire(std::size_t bytes, async::Deadline deadline) {
    if (bytes > total_) co_return fail(Code::kTooLarge, "more memory than the whole upload budget");
    std::shared_ptr<Waiter> waiter;
    {
        const std::scoped_lock lock(mutex_);
        if (waiting_.empty() && bytes <= total_ - used_) {
            used_ += bytes;
            co_return MemoryGrant(*this, bytes);
        }
        if (waiting_.size() >= max_waiters_) co_return fail(Code::kOverloaded, "too many uploads wait for memory");
        waiter = std::make_shared<Waiter>(Waiter{bytes, false, async::Signal::make()});
        waiting_.push_back(waiter);
    }
    co_await waiter->signal->wait(deadline);
    const std::scoped_lock lock(mutex_);
    if (waiter->granted) co_return MemoryGrant(*this, bytes);
    waiting_.remove(waiter);
    serve_waiters_locked();  // a smaller one may have stood behind it
    co_return fail(Code::kOverloaded, "no memory for another upload in time");
}

std::size_t MemoryBudget::used_bytes() const {
    const std::scoped_lock lock(mutex_);
    return used_;
}

std::size_t MemoryBudget::waiters() const {
    const std::scoped_lock lock(mutex_);
    return waiting_.size();
}

void MemoryBudget::give_back(std::size_t bytes) noexcept {
    const std::scoped_lock lock(mutex_);
    used_ -= bytes;
    serve_waiters_locked();
}

void MemoryBudget::serve_waiters_locked() {
    while (!waiting_.empty() && waiting_.front()->bytes <= total_ - used_) {
        const std::shared_ptr<Waiter> chosen = waiting_.front();
        waiting_.pop_front();
        used_ += chosen->bytes;
        chosen->granted = true;
        chosen->signal->fire();
    }
}

}  // namespace storage::objects
