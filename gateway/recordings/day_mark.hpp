#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>

#include "gateway/observe/clock.hpp"
#include "policy/time.hpp"

namespace gateway::recordings {

/// The latest local day that this deployment ever saw, so that a clock that was moved back revives nothing (rule 18).
/// The clock watch sets it from the persisted high-water mark, which only two people lower. Thread safety: any thread.
class DayMark {
  public:
    void set(policy::Date date) noexcept {
        day_.store(std::chrono::sys_days{date}.time_since_epoch().count(), std::memory_order_relaxed);
    }

    /// The local day of now, or the mark when that is later.
    policy::Date today(const observe::Clock& clock) const {
        const std::chrono::sys_days mark{std::chrono::days{day_.load(std::memory_order_relaxed)}};
        return policy::Date{std::max(mark, std::chrono::sys_days{clock.local_date(clock.now())})};
    }

  private:
    std::atomic<std::chrono::days::rep> day_{0};
};

}  // namespace gateway::recordings
