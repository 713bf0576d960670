#pragma once

#include <array>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "policy/ids.hpp"
#include "policy/result.hpp"
#include "policy/time.hpp"

namespace storage::catalogue {

using Bytes = std::vector<std::byte>;

/// A keyed hash (HMAC-SHA-256 under a key of the vault): all that the catalogue ever sees of a reference, number,
/// digest or session.
using Mac = std::array<std::byte, 32>;

/// The moment until which a caller waits. It becomes the statement's timeout, so that no call outlives its caller.
using Deadline = std::chrono::steady_clock::time_point;

/// What every operation answers. Operations may be called from any thread and resume on the caller's executor.
///
/// Errors, for all of them:
///   kUnavailable  the database does not answer; nothing happened; may be retried
///   kDeadline     the time was used up and nothing happened; may be retried
///   kOverloaded   the queue of the pool is full; nothing happened; may be retried
///   kInDoubt      a writing statement was sent and its answer was lost: it may or may not have happened
///   kInternal     the database refuses the statement (a broken invariant); never retried
/// What an operation answers besides stands with the operation.
template <class T>
using Answer = boost::asio::awaitable<policy::Result<T>>;

/// The bytes of one audit entry as storage/audit made them: canonical, salted, 1 to 65535 bytes, no personal data.
/// An operation that takes one writes it in the same statement as the act, and only if the act happens; when the act
/// does not happen (the answer says so) the caller appends an entry of its own with AuditLog::append.
using EntryBytes = Bytes;

/// The row of the narrow table that goes dark with its epoch: epoch seal of (key id || wrapped data key || sealed
/// fields), see storage/keys/recording_secret.hpp. Opaque to the catalogue.
struct Secret {
    std::int32_t epoch = 0;  ///< The epoch key that sealed it (EpochKey::epoch).
    Bytes sealed;

    friend bool operator==(const Secret&, const Secret&) = default;
};

/// One object in the object store that belongs to a recording.
struct ObjectRow {
    std::string name;              ///< As storage/objects/object_name.hpp built it, at most 200 characters.
    std::string rendition;         ///< "original", "aac", "peaks", ...
    std::int32_t part = 0;         ///< Place in the ordered list of the rendition's parts, from 0.
    std::int64_t sealed_size = 0;  ///< Bytes in the store.
    std::optional<std::int32_t> place = std::nullopt;  ///< Where the store is: Residency::note_place(). Not read back.

    friend bool operator==(const ObjectRow&, const ObjectRow&) = default;
};

using PurgeRunId = policy::Id<struct PurgeRunTag>;

/// Where a page of recordings in the order of their purge dates ended.
struct PurgeCursor {
    policy::Date purge_date{};
    policy::RecordingId id;
};

}  // namespace storage::catalogue
