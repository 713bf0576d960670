#include "storage/objects/s3_retry.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

#include "storage/crypto/random.hpp"

namespace storage::objects {

bool RetryBudget::take() {
    const std::scoped_lock lock(mutex_);
    if (left_ < kCost) return false;
    left_ -= kCost;
    return true;
}

void RetryBudget::succeeded(bool after_repeat) {
    const std::scoped_lock lock(mutex_);
    left_ = std::min(most_, left_ + (after_repeat ? kCost : 1));
}

std::size_t RetryBudget::left() const {
    const std::scoped_lock lock(mutex_);
    return left_;
}

std::chrono::milliseconds wait_before(unsigned attempt, const S3RetryLimits& limits) {
    const unsigned doublings = std::min(attempt - std::min(attempt, 2U), 16U);
    const auto longest = std::min<std::int64_t>(limits.longest_wait.count(), limits.first_wait.count() << doublings);
    std::array<std::uint32_t, 1> random{};
    crypto::fill_random(std::as_writable_bytes(std::span(random)));
    return std::chrono::milliseconds(static_cast<std::int64_t>(random[0]) % (longest + 1));
}

}  // namespace storage::objects
