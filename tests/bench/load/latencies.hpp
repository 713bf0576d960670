#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>

namespace bench {

/// Counts durations in 64 steps to each power of two of microseconds: under 1.6 % off, constant memory.
class Latencies {
  public:
    void add(double seconds) {
        const auto us = seconds <= 0 ? 0 : static_cast<std::uint64_t>(seconds * 1e6);
        ++counts_.at(std::min<std::size_t>(slot_of(us), counts_.size() - 1));
        ++total_;
    }

    /// The duration in ms that a share of all did not exceed; 0 when there is none.
    double milliseconds(double share) const {
        std::uint64_t seen = 0;
        for (std::size_t i = 0; i < counts_.size(); ++i) {
            seen += counts_.at(i);
            if (seen > 0 && static_cast<double>(seen) >= share * static_cast<double>(total_)) return value_of(i) / 1e3;
        }
        return 0;
    }

  private:
    static constexpr std::size_t kSteps = 64;

    static std::size_t slot_of(std::uint64_t us) {
        if (us < kSteps) return us;
        const auto shift = static_cast<std::size_t>(std::bit_width(us)) - 7;
        return (shift + 1) * kSteps + ((us >> shift) - kSteps);
    }
    static double value_of(std::size_t slot) {
        if (slot < kSteps) return static_cast<double>(slot);
        const std::size_t shift = slot / kSteps - 1;
        return static_cast<double>((slot % kSteps + kSteps) << shift);
    }

    std::array<std::uint64_t, 2048> counts_{};
    std::uint64_t total_ = 0;
};

}  // namespace bench
