#pragma once

#include <optional>
#include <string>
#include <vector>

#include "storage/catalogue/types.hpp"

namespace storage::catalogue {

class Pool;

struct TreeHead {
    std::int64_t size = 0;            ///< Entries that have a number: 0 .. size-1.
    std::int64_t published_size = 0;  ///< Of these, covered by the newest published checkpoint; <= size.
    Mac published_root{};             ///< Root of the first published_size entries.
    std::string checkpoint;           ///< The signed note itself; empty before the first.
};

/// The newest checkpoint that enough witnesses have cosigned.
struct WitnessedHead {
    std::int64_t size = 0;
    std::string note;    ///< With their lines.
    policy::Instant at;  ///< When it was entered.
};

struct NumberedEntry {
    std::int64_t index = 0;
    EntryBytes bytes;
    policy::Instant at;  ///< When it was written, by the database's clock.
};

/// The log's entries on their way from an act to a place in the tree.
class AuditLog {
  public:
    static constexpr std::size_t kMaxEntry = 65535;  ///< Bytes of one entry.

    explicit AuditLog(Pool& pool) : pool_(pool) {}

    /// Writes entries that belong to no act of this catalogue (denials, starts, reloads). Durable on success.
    Answer<void> append(const std::vector<EntryBytes>& entries, Deadline deadline);

    Answer<TreeHead> head(Deadline deadline);

    /// Gives the oldest unnumbered entries (up to `limit`, <= 10000) the indexes old_size, old_size + 1, ... in one
    /// statement that is fenced by `tree_head.size = old_size`, and answers them in order.
    /// kConflict: another sequencer was first; read the head again. Nothing to number: an empty vector.
    Answer<std::vector<NumberedEntry>> number(std::int64_t old_size, std::int32_t limit, Deadline deadline);

    /// Publishes a checkpoint that is durable in the object store. kConflict: published_size is no longer
    /// old_published, or new_size is past what is numbered or not larger.
    Answer<void> publish(std::int64_t old_published, std::int64_t new_size, Mac root, const std::string& checkpoint,
                         Deadline deadline);

    /// Not set: none yet.
    Answer<std::optional<WitnessedHead>> witnessed(Deadline deadline);
    /// Enters a checkpoint with its witnesses' lines, unless a larger one stands there. The size that stood there.
    Answer<std::optional<std::int64_t>> witness(std::int64_t size, const std::string& note, Deadline deadline);

    /// Entries first <= index, in order, up to `limit` (<= 10000); shorter at the end of the log.
    Answer<std::vector<NumberedEntry>> entries(std::int64_t first, std::int32_t limit, Deadline deadline);

    /// After a restore: writes entries that the object store has and the database lost, as numbers first, first+1, ...,
    /// which must be the present size (kConflict). Numbers all of them at once and raises the head.
    Answer<void> import(std::int64_t first, const std::vector<EntryBytes>& entries, Deadline deadline);

    /// After a restore: sets the published checkpoint to one found in the object store; never lowers it (kConflict).
    Answer<void> import_head(std::int64_t size, Mac root, const std::string& checkpoint, Deadline deadline);

  private:
    Pool& pool_;
};

}  // namespace storage::catalogue
