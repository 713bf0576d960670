#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

namespace gateway::recordings {

/// Sorted, disjoint half-open ranges: what was served of a play.
using ServedRanges = std::vector<std::pair<std::int64_t, std::int64_t>>;

/// The most that is told apart: past it the two with the smallest gap become one, so that the count stays bounded and
/// never says less than was served.
inline constexpr std::size_t kMaxServedRanges = 64;

/// Adds [first, last).
inline void add_range(ServedRanges& ranges, std::int64_t first, std::int64_t last) {
    if (first >= last) return;
    auto at = std::ranges::lower_bound(ranges, first, {}, &std::pair<std::int64_t, std::int64_t>::second);
    while (at != ranges.end() && at->first <= last) {
        first = std::min(first, at->first);
        last = std::max(last, at->second);
        at = ranges.erase(at);
    }
    ranges.insert(at, {first, last});
    if (ranges.size() <= kMaxServedRanges) return;
    std::size_t closest = 1;
    for (std::size_t i = 2; i < ranges.size(); ++i) {
        if (ranges[i].first - ranges[i - 1].second < ranges[closest].first - ranges[closest - 1].second) closest = i;
    }
    ranges[closest - 1].second = ranges[closest].second;
    ranges.erase(ranges.begin() + static_cast<std::ptrdiff_t>(closest));
}

/// How many units the ranges hold.
inline std::int64_t total(const ServedRanges& ranges) {
    std::int64_t sum = 0;
    for (const auto& [first, last] : ranges) sum += last - first;
    return sum;
}

}  // namespace gateway::recordings
