#pragma once

#include <atomic>
#include <cstdint>

namespace gateway::recordings {

/// Requests of nobody that we know, since the last time they were written down: one audit entry a minute says how many,
/// so that nobody can fill the log (rule 45). Thread safety: any thread.
class RefusalCount {
  public:
    void add(std::uint64_t more = 1) noexcept { count_.fetch_add(more, std::memory_order_relaxed); }
    /// What has come together; the count begins anew. Whoever cannot write it down gives it back with add().
    std::uint64_t take() noexcept { return count_.exchange(0, std::memory_order_relaxed); }

  private:
    std::atomic<std::uint64_t> count_{0};
};

}  // namespace gateway::recordings
