#include "storage/async/one_at_a_time.hpp"

namespace storage::async {

void OneAtATime::end() noexcept {
    std::vector<std::shared_ptr<Signal>> waiting;
    {
        const std::lock_guard lock(mutex_);
        taken_ = false;
        waiting.swap(waiting_);
    }
    for (const auto& signal : waiting) signal->fire();
}

}  // namespace storage::async
