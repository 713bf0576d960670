#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "storage/async/signal.hpp"

namespace storage::async {

/// Lets one do what many need at once (a fetch), while the others wait for it.
///
///     auto asked = fetches.ask([&] { return now >= stale_at; });
///     if (asked.wait) co_await asked.wait->wait(deadline);
///     if (asked.turn) co_await fetch();
///
/// Thread safety: all members from any thread.
/// Lifetime:      must outlive every turn that it gave.
class OneAtATime {
  public:
    /// The right to do it. Whoever waits is woken when it goes, however that happens.
    class Turn {
      public:
        explicit Turn(OneAtATime& owner) : owner_(&owner) {}
        Turn(Turn&& other) noexcept : owner_(std::exchange(other.owner_, nullptr)) {}
        Turn& operator=(Turn&&) = delete;
        ~Turn() {
            if (owner_ != nullptr) owner_->end();
        }

      private:
        OneAtATime* owner_;
    };

    /// One of both, or neither when it is not due.
    struct Asked {
        std::optional<Turn> turn;      ///< The caller does it.
        std::shared_ptr<Signal> wait;  ///< Somebody is at it: fired when they are done.
    };

    /// `due`: asked when nobody is at it, under the lock, so that it may note that somebody is now.
    template <class Due>
    Asked ask(Due due) {
        const std::lock_guard lock(mutex_);
        if (taken_) return {std::nullopt, waiting_.emplace_back(Signal::make())};
        if (!due()) return {};
        taken_ = true;
        return {Turn(*this), nullptr};
    }

  private:
    void end() noexcept;

    std::mutex mutex_;
    bool taken_ = false;
    std::vector<std::shared_ptr<Signal>> waiting_;
};

}  // namespace storage::async
