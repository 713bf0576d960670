#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <string>

#include "gateway/observe/clock.hpp"
#include "gateway/observe/system_clock.hpp"

namespace tests {

/// A zone where it is noon now, so that midnight does not come in between.
inline std::string zone_where_it_is_noon() {
    const auto now = std::chrono::floor<std::chrono::hours>(std::chrono::system_clock::now().time_since_epoch());
    const auto behind = now.count() % 24 - 12;  // in the sense of POSIX: west of Greenwich is positive
    return "Etc/GMT" + std::string(behind < 0 ? "-" : "+") + std::to_string(behind < 0 ? -behind : behind);
}

/// The machine's clock, as somebody set it.
class ShiftedClock final : public gateway::observe::Clock {
  public:
    policy::Instant now() const override { return system_->now() + shift_.load(); }
    policy::Date local_date(policy::Instant instant) const override { return system_->local_date(instant); }
    policy::Instant start_of(policy::Date date) const override { return system_->start_of(date); }

    void set_by(std::chrono::milliseconds shift) { shift_.store(shift); }

  private:
    std::unique_ptr<gateway::observe::Clock> system_ =
        gateway::observe::SystemClock::create(zone_where_it_is_noon()).value();
    std::atomic<std::chrono::milliseconds> shift_{std::chrono::milliseconds{0}};
};

}  // namespace tests
