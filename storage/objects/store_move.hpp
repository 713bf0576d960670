#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "policy/result.hpp"
#include "storage/objects/moving_store.hpp"

namespace storage::objects {

/// Moves everything from a MovingStore's `from` to its `to`, page by page, while others use the store: each object is
/// copied, the copy is read back and compared, and only then is the old one removed and looked for again. Sealed bytes
/// stay sealed.
///
/// Killed anywhere, it is begun anew and goes on. One at a time on any host: the caller sees to it. Should there be two
/// all the same, nothing is lost, but a purge may miss a copy until the sweeper comes by.
/// Thread safety: one call at a time. Lifetime: `store` must outlive it.
class StoreMove {
  public:
    /// Of these objects of recordings, those that a recording owns which is not being forgotten.
    using Living =
        std::function<boost::asio::awaitable<policy::Result<std::vector<std::string>>>(std::vector<std::string> names)>;

    /// These lie in `to` by now: to be written down before they leave `from`.
    using Placed = std::function<boost::asio::awaitable<policy::Result<void>>(std::vector<std::string> names)>;

    struct Figures {
        std::uint64_t objects = 0;  ///< Moved: not in `from` any more.
        std::uint64_t bytes = 0;
        std::uint64_t vanished = 0;              ///< Somebody removed them meanwhile.
        std::uint64_t stuck = 0;                 ///< They stay in `from`, for a reason that a repeat does not mend.
        std::optional<policy::Error> why_stuck;  ///< Of the first of them.
        std::string at;                          ///< The last name that was looked at.
    };

    StoreMove(MovingStore& store, Living living, Placed placed)
        : store_(store), living_(std::move(living)), placed_(std::move(placed)) {}

    /// Moves the next page, of at most 64 objects. False: the end was reached. An error leaves a page that the next
    /// call goes on with; kUnavailable, kOverloaded, kDeadline and kInDoubt may be repeated.
    boost::asio::awaitable<policy::Result<bool>> step();

    const Figures& figures() const noexcept { return figures_; }

  private:
    struct Task {
        ObjectName name;
        std::uint64_t size = 0;
        bool copied = false;
    };
    using Tasks = std::vector<Task>;

    boost::asio::awaitable<policy::Result<void>> settle_old_pages();
    boost::asio::awaitable<policy::Result<void>> move_page(Tasks tasks);
    boost::asio::awaitable<policy::Result<void>> copy(Task& task, Deadline deadline);
    boost::asio::awaitable<policy::Result<void>> settle(std::vector<ObjectName> names, Deadline deadline);
    boost::asio::awaitable<policy::Result<void>> clear(const Tasks& tasks, Deadline deadline);
    boost::asio::awaitable<policy::Result<void>> clear_one(const Task& task, Deadline deadline);
    void note_stuck(policy::Error error);

    MovingStore& store_;
    Living living_;
    Placed placed_;
    Figures figures_;
    bool settled_ = false;
    std::string after_;
};

}  // namespace storage::objects
