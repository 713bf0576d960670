#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>

namespace storage::objects {

/// How often one request may be tried, and how long to wait in between.
struct S3RetryLimits {
    unsigned attempts = 4;  ///< In all, the first one included.
    std::chrono::milliseconds first_wait = std::chrono::milliseconds(50);
    std::chrono::milliseconds longest_wait = std::chrono::seconds(2);
};

/// Keeps repeats from becoming a storm of their own: all requests together may repeat only about as much as they
/// succeed. A repeat takes kCost tokens, which its success brings back; a success at the first try brings one. Empty:
/// nothing is repeated until the store works again.
///
/// Thread safety: any thread.
class RetryBudget {
  public:
    static constexpr std::size_t kCost = 5;

    explicit RetryBudget(std::size_t tokens = 250) : most_(tokens), left_(tokens) {}

    /// False: no repeat now.
    bool take();
    void succeeded(bool after_repeat);
    std::size_t left() const;  ///< For metrics.

  private:
    const std::size_t most_;
    mutable std::mutex mutex_;
    std::size_t left_;
};

/// A random wait before attempt `attempt` (2, 3, ...): up to twice as long each time, and never all at once.
std::chrono::milliseconds wait_before(unsigned attempt, const S3RetryLimits& limits);

}  // namespace storage::objects
