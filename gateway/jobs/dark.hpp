#pragma once

#include <chrono>

namespace gateway::jobs {

/// N of the backup arithmetic: old epochs are destroyed within that time, so every copy of the database that has an
/// older state of a wrapped key is dark then.
inline constexpr std::chrono::days kDarkAfter{21};

}  // namespace gateway::jobs
