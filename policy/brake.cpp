#include "policy/brake.hpp"

#include <algorithm>
#include <array>

namespace policy {

namespace {

using std::chrono::milliseconds;

std::string seconds_text(milliseconds span) {
    return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(span).count()) + " s";
}

milliseconds distance(Instant a, Instant b) {
    return a > b ? a - b : b - a;
}

void check_count(std::vector<BrakeFinding>& findings, std::span<const std::size_t> history, std::size_t due_now,
                 const BrakeLimits& limits) {
    const auto recent = history.last(std::min(history.size(), limits.runs_looked_at));
    const std::size_t largest = recent.empty() ? 0 : *std::ranges::max_element(recent);
    // Divided rather than multiplied: no count can overflow.
    const bool over = limits.times_largest == 0 || due_now / limits.times_largest > largest ||
                      (due_now / limits.times_largest == largest && due_now % limits.times_largest > 0);
    if (due_now <= limits.always_fine || !over) return;
    findings.push_back({BrakeReason::kTooMany, std::to_string(due_now) + " calls are due, more than " +
                                                   std::to_string(limits.times_largest) + " times the " +
                                                   std::to_string(largest) + " of the largest of the last " +
                                                   std::to_string(limits.runs_looked_at) + " runs."});
}

void check_other(std::vector<BrakeFinding>& findings, const Clocks& clocks, Instant other, BrakeReason reason,
                 const std::string& whose, const BrakeLimits& limits) {
    const milliseconds apart = distance(clocks.own, other);
    if (apart <= limits.clock_tolerance) return;
    findings.push_back({reason, "Our clock and the " + whose + "'s differ by " + seconds_text(apart) + "."});
}

constexpr std::array kAllReasons{BrakeReason::kTooMany,           BrakeReason::kClockMovedBack,
                                 BrakeReason::kClockMovedForward, BrakeReason::kLongSilence,
                                 BrakeReason::kDatabaseClock,     BrakeReason::kStoreClock};

}  // namespace

std::string_view text(BrakeReason reason) {
    switch (reason) {
        case BrakeReason::kTooMany:
            return "too-many";
        case BrakeReason::kClockMovedBack:
            return "clock-moved-back";
        case BrakeReason::kClockMovedForward:
            return "clock-moved-forward";
        case BrakeReason::kLongSilence:
            return "long-silence";
        case BrakeReason::kDatabaseClock:
            return "database-clock";
        case BrakeReason::kStoreClock:
            return "store-clock";
    }
    return {};
}

std::string text(std::span<const BrakeReason> reasons) {
    std::string out;
    for (const auto reason : reasons) {
        if (!out.empty()) out += ',';
        out += text(reason);
    }
    return out;
}

std::vector<BrakeReason> brake_reasons(std::string_view text) {
    std::vector<BrakeReason> out;
    while (!text.empty()) {
        const auto word = text.substr(0, text.find(','));
        text.remove_prefix(std::min(word.size() + 1, text.size()));
        for (const auto reason : kAllReasons) {
            if (policy::text(reason) == word) out.push_back(reason);
        }
    }
    return out;
}

std::vector<BrakeReason> BrakeVerdict::reasons() const {
    std::vector<BrakeReason> out;
    for (const auto& finding : findings) out.push_back(finding.reason);
    return out;
}

std::optional<BrakeFinding> clock_jump(const Clocks& clocks, const BrakeLimits& limits) {
    if (clocks.drift && *clocks.drift < -limits.clock_tolerance) {
        return BrakeFinding{BrakeReason::kClockMovedBack,
                            "The clock is " + seconds_text(-*clocks.drift) + " behind the time that really passed."};
    }
    if (clocks.drift && *clocks.drift > limits.clock_tolerance) {
        return BrakeFinding{BrakeReason::kClockMovedForward,
                            "The clock is " + seconds_text(*clocks.drift) + " ahead of the time that really passed."};
    }
    if (!clocks.high_water) return std::nullopt;
    const milliseconds moved = clocks.own - *clocks.high_water;
    if (moved < -limits.clock_tolerance) {
        return BrakeFinding{BrakeReason::kClockMovedBack,
                            "The clock is " + seconds_text(-moved) + " behind the latest time that was recorded."};
    }
    if (!clocks.drift && moved > limits.longest_silence) {
        return BrakeFinding{BrakeReason::kLongSilence, "Nothing was recorded for " + seconds_text(moved) +
                                                           ": either the service was down that long or the clock was "
                                                           "set forward."};
    }
    return std::nullopt;
}

BrakeVerdict brake(std::span<const std::size_t> history, std::size_t due_now, const Clocks& clocks,
                   const BrakeLimits& limits, const Accepted& accepted) {
    BrakeVerdict verdict;
    const auto jump = clock_jump(clocks, limits);
    if (jump) verdict.findings.push_back(*jump);
    check_other(verdict.findings, clocks, clocks.database, BrakeReason::kDatabaseClock, "database", limits);
    if (clocks.store) {
        check_other(verdict.findings, clocks, *clocks.store, BrakeReason::kStoreClock, "object store", limits);
    }
    std::erase_if(verdict.findings, [&accepted](const BrakeFinding& finding) {
        return std::ranges::find(accepted.reasons, finding.reason) != accepted.reasons.end();
    });
    check_count(verdict.findings, history, due_now - std::min(due_now, accepted.due), limits);
    return verdict;
}

bool stop_unanswered(Instant stopped_at, Instant now) {
    return now - stopped_at >= kStopAnswerWithin;
}

}  // namespace policy
