#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/time.hpp"

namespace policy {

/// What the clocks say when a purge is about to run (rule 18).
struct Clocks {
    Instant own{};
    /// The latest time any gateway has written down; absent before the first one did.
    std::optional<Instant> high_water;
    /// By how much our clock ran ahead of the time that really passed (by a clock that nobody can set and that goes on
    /// in suspend) since this machine last wrote both down; negative: behind. Absent when this boot of it wrote
    /// nothing.
    std::optional<std::chrono::milliseconds> drift;
    Instant database{};
    std::optional<Instant> store;  ///< absent when the store does not tell the time
};

struct BrakeLimits {
    std::size_t runs_looked_at = 14;
    std::size_t times_largest = 3;
    std::size_t always_fine = 100;  ///< a run of at most this many calls is never too large
    std::chrono::milliseconds clock_tolerance = std::chrono::minutes{5};
    /// After a boot drift is unknown: a silence up to this is taken for down time, a longer one for a clock that was
    /// set forward. A wrong guess deletes early by at most this.
    std::chrono::milliseconds longest_silence = std::chrono::hours{24};
};

enum class BrakeReason { kTooMany, kClockMovedBack, kClockMovedForward, kLongSilence, kDatabaseClock, kStoreClock };
std::string_view text(BrakeReason reason);  ///< too-many, clock-moved-back, clock-moved-forward, long-silence, ...
/// The texts of these reasons with commas between them, and back; what is no reason is passed over.
std::string text(std::span<const BrakeReason> reasons);
std::vector<BrakeReason> brake_reasons(std::string_view text);

struct BrakeFinding {
    BrakeReason reason = BrakeReason::kTooMany;
    std::string sentence;  ///< with the numbers; no personal data
};

/// What two people saw when they continued a stopped purge: they answered for these reasons and for so many calls.
struct Accepted {
    std::vector<BrakeReason> reasons;
    std::size_t due = 0;
};

/// Runs when `findings` is empty. Otherwise the purge stops, alarms, and goes on only when two people say so.
struct BrakeVerdict {
    std::vector<BrakeFinding> findings;

    bool stop() const { return !findings.empty(); }
    std::vector<BrakeReason> reasons() const;
};

/// `history`: calls purged by each earlier run that was not stopped, oldest first; only the last 14 count. No history
/// counts as a largest run of 0. All findings at once, but for those that two people accepted; calls that became due
/// after their word are judged as ever.
BrakeVerdict brake(std::span<const std::size_t> history, std::size_t due_now, const Clocks& clocks,
                   const BrakeLimits& limits = {}, const Accepted& accepted = {});

/// The part of it that looks at our clock alone: whether it was set since it was last written down.
std::optional<BrakeFinding> clock_jump(const Clocks& clocks, const BrakeLimits& limits = {});

/// How long two people's word about clocks holds, should the run that they continued not end before.
inline constexpr std::chrono::hours kClockWordHolds{24};

/// Rule 18: a stopped purge that nobody answered for this long alarms the privacy officer.
inline constexpr std::chrono::hours kStopAnswerWithin{24};
bool stop_unanswered(Instant stopped_at, Instant now);

}  // namespace policy
