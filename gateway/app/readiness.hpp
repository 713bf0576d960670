#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace gateway::app {

/// What the last look at the parts said. However many ask, one looks at a time and at most once in `kMaxAge`; the
/// others get what was seen before.
///
/// Thread safety: any thread. Lifetime: must outlive every awaitable it returned.
class Readiness {
  public:
    /// Names of parts, and whether they are good.
    using Checks = std::map<std::string, bool>;
    using Look = std::function<boost::asio::awaitable<Checks>()>;
    using Time = std::chrono::steady_clock::time_point;

    static constexpr std::chrono::milliseconds kMaxAge{250};
    /// A look that takes longer is no news: a part hangs.
    static constexpr std::chrono::milliseconds kMaxLook{5000};

    explicit Readiness(Look look) : look_(std::move(look)) {}

    /// Nothing: the first look is not over yet, or the one under way hangs. An exception of the look comes out here.
    boost::asio::awaitable<std::optional<Checks>> ask(Time now);

  private:
    const Look look_;
    std::mutex mutex_;
    std::optional<Checks> known_;
    Time known_at_{};
    std::optional<Time> looking_since_;
};

}  // namespace gateway::app
