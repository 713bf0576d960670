#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "storage/catalogue/types.hpp"

namespace storage::catalogue {

class Pool;

/// How far this database is known to hold what the deletion ledger announced. It moves only past records whose act is
/// done or stands in a row of this database, so a copy of the database, taken at any moment, holds a mark that is true
/// of the copy.
struct LedgerMark {
    std::int64_t next = 0;                 ///< Number of the first record whose act this database may lack.
    std::array<std::byte, 32> previous{};  ///< SHA-256 of the record before it; zero for the first.
};

/// What a living recording's sealed fields are opened with.
struct Wrap {
    policy::RecordingId id;
    policy::Date purge_date{};
    policy::KeyId key;  ///< Its keep key, else its day key.
    Secret secret;
};

struct MarkedUnreadable {
    std::int64_t marked = 0;
    std::int64_t kept = 0;  ///< Of these, those that a hold, a restriction or a class was to keep.
};

struct KeyInUse {
    std::string kind;  ///< "day", "keep" or "epoch".
    policy::KeyId key;
};

/// What the database knows of a hold or a restriction.
struct RightKnown {
    bool set = false;
    bool lifted = false;
};

/// What the replay of the deletion ledger asks and writes.
class Replaying {
  public:
    explicit Replaying(Pool& pool) : pool_(pool) {}

    Answer<LedgerMark> mark(Deadline deadline);
    /// Never lowers it.
    Answer<void> raise(LedgerMark mark, Deadline deadline);

    /// Of these keys, those that the database says are destroyed.
    Answer<std::vector<policy::KeyId>> destroyed_of(const std::vector<policy::KeyId>& keys, Deadline deadline);
    /// Keys that something may hang on: neither planned nor destroyed.
    Answer<std::vector<KeyInUse>> keys_in_use(Deadline deadline);
    /// Of a hold; a restriction's bytes are asked for as a hold's too.
    Answer<RightKnown> right(policy::HoldId id, Deadline deadline);
    /// Living recordings by id, after `after`; up to `limit`.
    Answer<std::vector<Wrap>> wraps(policy::RecordingId after, std::int32_t limit, Deadline deadline);
    /// Marks up to `limit` living recordings that hang on this destroyed key as purging; call until 0. Without a date
    /// it is a keep key, which is closed as well.
    Answer<MarkedUnreadable> mark_unreadable(std::optional<policy::Date> purge_date, policy::KeyId key,
                                             std::int32_t limit, Deadline deadline);

  private:
    Pool& pool_;
};

}  // namespace storage::catalogue
