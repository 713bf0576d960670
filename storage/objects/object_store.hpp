#pragma once

#include <algorithm>
#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "policy/result.hpp"
#include "policy/time.hpp"
#include "storage/async/deadline.hpp"
#include "storage/objects/memory_budget.hpp"
#include "storage/objects/object_name.hpp"

namespace storage::objects {

using async::Deadline;

/// Give Upload::write() this much or more at a time: such a write goes out without being copied first. Sixteen sealed
/// chunks (262,400 bytes) are a good portion.
inline constexpr std::size_t kWriteBatchInBytes = std::size_t{256} * 1024;

/// What ObjectStore::memory_for() says where one batch is all that is buffered.
inline std::size_t upload_memory(std::optional<std::uint64_t> length) {
    return static_cast<std::size_t>(std::min<std::uint64_t>(length.value_or(kWriteBatchInBytes), kWriteBatchInBytes));
}

/// An object on its way into the store. Nothing is visible under its name before commit() has succeeded.
///
/// Failure: after any call that failed the upload is dead: every further call but abort() gives the same error. It is
///          never mended: the caller starts anew, under a new name, with a fresh salt (the same sealed chunk must never
///          be made twice). What a store repeats by itself, after a lost connection, are the identical bytes it kept.
/// Ending:  commit(), abort(), or the destructor, which gives up: no object, no temporary file left (it may block for
/// one
///          unlink; abort() does not).
/// Thread safety: one call at a time, all on one loop.
class Upload {
  public:
    Upload() = default;
    virtual ~Upload() = default;
    Upload(const Upload&) = delete;
    Upload& operator=(const Upload&) = delete;

    /// Appends. `bytes` must stay as they are until the await ends.
    /// kTooLarge: more than the length told to begin(). kUnavailable: the disk is full, or the store failed. kDeadline.
    virtual boost::asio::awaitable<policy::Result<void>> write(std::span<const std::byte> bytes) = 0;

    /// Makes the object durable and visible, in this order; success means both.
    /// kInvalid: fewer bytes than told to begin(). kConflict: the name is taken (that object is untouched, and
    /// durable). kInDoubt: it may or may not be there; nothing was undone, the name must not be used for other bytes.
    /// Any other error: no object is there.
    virtual boost::asio::awaitable<policy::Result<void>> commit() = 0;

    /// Gives up. No error: what cannot be cleaned now is swept at a later start.
    virtual boost::asio::awaitable<void> abort() = 0;
};

/// A stored object, open for reading. Holds what reading needs (a descriptor) for its whole life, so that a play opens
/// once and reads many ranges. Reads go on working after the object was removed, until this is destroyed: whoever
/// erases ends the plays first.
///
/// Thread safety: any number of reads at once.
class Object {
  public:
    Object() = default;
    virtual ~Object() = default;
    Object(const Object&) = delete;
    Object& operator=(const Object&) = delete;

    virtual std::uint64_t size_in_bytes() const noexcept = 0;

    /// Fills `out` from `offset` and tells how much: always min(out.size(), size - offset), 0 at and past the end.
    /// kCorrupt: the store holds less than it said. kUnavailable (read error), kDeadline: may be retried.
    virtual boost::asio::awaitable<policy::Result<std::size_t>> read(std::uint64_t offset, std::span<std::byte> out,
                                                                     Deadline deadline) = 0;
};

struct ListedObject {
    ObjectName name;
    std::uint64_t size_in_bytes = 0;
    policy::Instant stored_at;  ///< By the store's clock; for leases of hours, not for order.
};

struct Listing {
    std::vector<ListedObject> objects;  ///< In the byte order of their names.
    bool more = false;                  ///< Ask again with `after` = the last name.
};

/// What a store has shown of itself to whoever writes there now: for the record of where an object lies.
struct StoreProof {
    std::string kind = "file";  ///< Or "s3"; of the rest a store of files has nothing.
    std::string endpoint;       ///< Host and port.
    std::string bucket;
    std::string region;                  ///< As the bucket answered it last.
    std::vector<std::byte> certificate;  ///< SHA-256 of the certificate that the latest connection was made with.
};

/// Stores immutable byte strings under names built by object_name.hpp.
///
/// Every object is written once and never changed; a name that is taken is kConflict. The bytes are already sealed by
/// storage/crypto (or public by nature: tiles, checkpoints): this layer never sees audio.
///
/// Thread safety: one instance may be used from any number of coroutines on any number of threads at once.
/// Lifetime:      must outlive every awaitable, Upload and Object it gave out.
/// Memory:        every upload's buffer is of one MemoryBudget; begin() waits for it, begin_with() is given it.
/// Deadlines:     looked at before each step; a system call under way is not interrupted.
/// Errors:        kUnavailable, kOverloaded and kDeadline may be retried (by begin(), not by write()); kInDoubt is
///                resolved by open(); every other code is final. `what` tells the operation and the system's reason.
class ObjectStore {
  public:
    ObjectStore() = default;
    virtual ~ObjectStore() = default;
    ObjectStore(const ObjectStore&) = delete;
    ObjectStore& operator=(const ObjectStore&) = delete;

    /// Starts an upload of exactly `length` bytes, or of as many as come. `deadline` bounds the whole upload.
    /// kOverloaded: no memory for another upload before the deadline.
    virtual boost::asio::awaitable<policy::Result<std::unique_ptr<Upload>>> begin(ObjectName name,
                                                                                  std::optional<std::uint64_t> length,
                                                                                  Deadline deadline) = 0;

    /// The same with memory that the caller waited for: memory_for(length) bytes of the store's budget. For whoever
    /// buffers too, and would hold its own share while it waited here.
    virtual boost::asio::awaitable<policy::Result<std::unique_ptr<Upload>>> begin_with(
        MemoryGrant memory, ObjectName name, std::optional<std::uint64_t> length, Deadline deadline) = 0;

    /// What an upload of `length` bytes (nothing: of any number) takes of the store's budget.
    virtual std::size_t memory_for(std::optional<std::uint64_t> length) const { return upload_memory(length); }

    /// kNotFound: no such object.
    virtual boost::asio::awaitable<policy::Result<std::shared_ptr<Object>>> open(ObjectName name,
                                                                                 Deadline deadline) = 0;

    /// The first `limit` (1..10000) objects whose names start with `prefix` and come after `after` (empty: from the
    /// start). An object committed before the call and not removed since is there; one committed meanwhile may be.
    /// kInvalid: a prefix or an `after` that no name can have.
    virtual boost::asio::awaitable<policy::Result<Listing>> list(std::string prefix, std::string after,
                                                                 std::size_t limit, Deadline deadline) = 0;

    /// Removes and reads back: success means that the object is durably gone, versions, markers and parts included.
    /// Absent is success. Safe to repeat for ever. kDenied: the store forbids it (a lock): repeating does not help.
    virtual boost::asio::awaitable<policy::Result<void>> remove(ObjectName name, Deadline deadline) = 0;

    /// remove() of many, much cheaper. One that stays keeps no other one: on an error the rest is mostly gone; repeat
    /// all.
    virtual boost::asio::awaitable<policy::Result<void>> remove_many(std::vector<ObjectName> names,
                                                                     Deadline deadline) = 0;

    /// Asks the store for a sign of life: an error when it gives none. Its free room in bytes, where a store can tell.
    virtual boost::asio::awaitable<policy::Result<std::optional<std::uint64_t>>> look(Deadline deadline) = 0;

    /// Of the store that begin() writes to.
    virtual StoreProof proof() const { return {}; }

    /// Removes what uploads begun more than `lease` ago left unfinished, where a start of the store does not; how many.
    virtual boost::asio::awaitable<policy::Result<std::size_t>> sweep(std::chrono::seconds lease,
                                                                      Deadline deadline) = 0;
};

}  // namespace storage::objects
