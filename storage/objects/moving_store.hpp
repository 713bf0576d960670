#pragma once

#include <map>
#include <memory>
#include <mutex>

#include "storage/objects/move_notes.hpp"
#include "storage/objects/object_store.hpp"

namespace storage::objects {

/// Two stores that answer as one while what lies in `from` moves to `to` (store_move.hpp does that, in any process).
///
/// Nothing is ever written to `from`: an object goes one way, and is in `from`, in both, or in `to`. So whoever looks
/// into `from` first and then into `to` finds it wherever it is; and while it is in `from`, that is the true one.
///
///     begin    in `to`; a name that `from` has is kConflict already here
///     open     from `from`, else from `to`; a read goes on in `to` when the object moves under it
///     list     both, joined; from `from` first
///     remove   from `from`, then from `to`, both read back; again for as long as a move may be copying that object
///
/// Both stores must answer: without one of them nobody can say that an object is not there.
class MovingStore final : public ObjectStore {
  public:
    /// `in_flight`: how long a request of a move that is over may still take to arrive.
    MovingStore(std::unique_ptr<ObjectStore> to, std::unique_ptr<ObjectStore> from,
                std::chrono::seconds in_flight = std::chrono::seconds(60))
        : to_(std::move(to)), from_(std::move(from)), in_flight_(in_flight) {}

    /// For the move itself and for those who look at it.
    ObjectStore& to() noexcept { return *to_; }
    ObjectStore& from() noexcept { return *from_; }

    boost::asio::awaitable<policy::Result<std::unique_ptr<Upload>>> begin(ObjectName name,
                                                                          std::optional<std::uint64_t> length,
                                                                          Deadline deadline) override;
    boost::asio::awaitable<policy::Result<std::unique_ptr<Upload>>> begin_with(MemoryGrant memory, ObjectName name,
                                                                               std::optional<std::uint64_t> length,
                                                                               Deadline deadline) override;
    std::size_t memory_for(std::optional<std::uint64_t> length) const override { return to_->memory_for(length); }
    boost::asio::awaitable<policy::Result<std::shared_ptr<Object>>> open(ObjectName name, Deadline deadline) override;
    boost::asio::awaitable<policy::Result<Listing>> list(std::string prefix, std::string after, std::size_t limit,
                                                         Deadline deadline) override;
    /// kUnavailable, besides: a move is copying it and does not end in time. It is removed by then, and must be again.
    boost::asio::awaitable<policy::Result<void>> remove(ObjectName name, Deadline deadline) override;
    boost::asio::awaitable<policy::Result<void>> remove_many(std::vector<ObjectName> names, Deadline deadline) override;
    StoreProof proof() const override { return to_->proof(); }
    /// What is free in `to`.
    boost::asio::awaitable<policy::Result<std::optional<std::uint64_t>>> look(Deadline deadline) override;
    boost::asio::awaitable<policy::Result<std::size_t>> sweep(std::chrono::seconds lease, Deadline deadline) override;

  private:
    boost::asio::awaitable<policy::Result<void>> refuse_taken(ObjectName name, Deadline deadline);
    boost::asio::awaitable<policy::Result<bool>> being_moved(std::vector<ObjectName> sorted, Deadline deadline);
    bool of_the_living(const MovePage& page);

    std::unique_ptr<ObjectStore> to_;
    std::unique_ptr<ObjectStore> from_;
    std::chrono::seconds in_flight_;
    std::mutex mutex_;
    std::map<ObjectName, std::chrono::steady_clock::time_point> first_seen_;  ///< Of pages that are in a removal's way.
};

}  // namespace storage::objects
