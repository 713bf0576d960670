#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "storage/catalogue/types.hpp"

namespace storage::catalogue {

class Pool;

using BatchId = policy::Id<struct BatchTag>;

/// What a purge would do, for the brake and the dry run.
struct DueSummary {
    std::map<policy::Date, std::int64_t> due;  ///< By purge date, backlog of earlier days included.
    std::int64_t purging = 0;                  ///< Marked by an earlier run and not finished.
    std::int64_t kept_by_hold = 0;             ///< Past their date and kept; counted once, in this order.
    std::int64_t kept_by_restriction = 0;
    std::int64_t kept_by_class = 0;
};

std::int64_t would_purge(const DueSummary& due);  ///< Due and unfinished together.
std::int64_t would_keep(const DueSummary& due);

/// What a run would take, by age.
struct DueOfAge {
    std::int32_t months = 0;  ///< Whole calendar months since the call started, by UTC days.
    std::int64_t count = 0;
    std::int64_t sealed_bytes = 0;  ///< In the object store.
};

/// A recording on its way out.
struct PurgingRow {
    policy::RecordingId id;
    Mac ref_mac{};
    policy::Date purge_date{};
    policy::KeyId day_key;
    std::optional<policy::KeyId> keep_key;
    std::string ground;  ///< "retention", "erasure", "withdrawal", ...
    Secret secret;       ///< For the log id, which the ledger and the batch name.
    std::vector<std::string> objects;
    std::optional<policy::Instant> refused_since;  ///< When the store first would not let go of them.
};

/// One recording of a finished batch.
struct PurgedLeaf {
    policy::RecordingId id;
    Bytes leaf;  ///< The certificate maker's own bytes of this leaf (at most 4096: a statement of
                 ///< storage/audit), kept until the certificate is made.
};

struct Batch {
    BatchId id;
    policy::Date purged_on{};
    std::string ground;
    std::int64_t size = 0;
    std::optional<std::int64_t> entry_index;  ///< Place of its entry in the log; not set until numbered.
};

/// What two people accepted when they continued a run that the brake had stopped.
struct AcceptedStop {
    std::string reasons;  ///< As `RunRow::reason` was, without those that were answered since.
    std::int64_t due = 0;
    policy::Date day{};    ///< What was due on this day.
    policy::Instant at{};  ///< By the database's clock.

    friend bool operator==(const AcceptedStop&, const AcceptedStop&) = default;
};

/// A run: queued, running, then done, failed, or stopped by the brake until two people queue it again.
struct RunRow {
    PurgeRunId id;
    policy::Date day{};
    policy::Instant queued_at;
    std::optional<policy::Instant> started_at;  ///< Of its newest try.
    std::optional<policy::Instant> finished_at;
    std::string state;   ///< "queued", "running", "done", "stopped", "failed"
    std::string reason;  ///< Codes: the brake's, with commas between them, or the failure's.
    std::optional<AcceptedStop> accepted;
    std::int64_t due = 0;
    std::int64_t purged = 0;
    std::int64_t kept = 0;
};

/// Forgetting, in the order of the design: mark, (ledger, keys, objects outside), finish. Every step may be repeated.
class Purge {
  public:
    explicit Purge(Pool& pool) : pool_(pool) {}

    Answer<DueSummary> due(policy::Date today, Deadline deadline);
    /// The recordings of due() that nothing keeps, and those that an earlier run did not finish; youngest first.
    Answer<std::vector<DueOfAge>> due_by_age(policy::Date today, Deadline deadline);

    /// Marks up to `limit` live rows with purge_date <= today as purging (unreadable from then on), except what a hold,
    /// a restriction or a statutory class that has not ended keeps. How many; call until 0.
    Answer<std::int64_t> mark_due(policy::Date today, std::int32_t limit, Deadline deadline);

    /// Marks one recording for erasure before its date. `even_restricted`: the restriction is what leads to erasure.
    /// `version`: what the caller decided on. kConflict: a hold or class keeps it, or it has another version by now.
    /// kNotFound: gone. Marked already: success.
    Answer<void> mark_erasure(policy::RecordingId id, std::optional<std::int64_t> version, const std::string& ground,
                              policy::Date today, bool even_restricted, EntryBytes entry, Deadline deadline);

    /// Rows that are purging, by (purge_date, id), after `after`; up to `limit` (<= 1000).
    Answer<std::vector<PurgingRow>> purging(std::optional<PurgeCursor> after, std::int32_t limit, Deadline deadline);

    /// Notes that the store would not delete the objects of these (1..1000); the first time stays.
    Answer<void> refused(const std::vector<policy::RecordingId>& ids, policy::Instant at, Deadline deadline);

    /// One statement drops every personal column of these rows (1..1000), turns their references into tombstones and
    /// writes the batch with its entry. All of them must be purging, else nothing happens and it is kConflict: some
    /// were finished before (a retry, another gateway): list again. The leaves are kept until batch_certified().
    Answer<void> finish(BatchId batch, const std::vector<PurgedLeaf>& rows, policy::Date today,
                        const std::string& ground, EntryBytes entry, Deadline deadline);

    /// Batches whose certificates are to be made, oldest first; up to 100.
    Answer<std::vector<Batch>> uncertified(Deadline deadline);
    /// The leaves of a batch in the order in which finish() was given them.
    Answer<std::vector<PurgedLeaf>> leaves(BatchId batch, Deadline deadline);
    Answer<void> batch_certified(BatchId batch, Deadline deadline);

    /// Queues a run, with its entry; one that is unfinished (queued, running, stopped) is answered instead, and so is
    /// the one that has this id already.
    Answer<RunRow> ask_run(PurgeRunId id, policy::Date day, std::int64_t due, std::int64_t kept, EntryBytes entry,
                           Deadline deadline);
    /// Begins a new run, or anew one that is queued, was interrupted or failed: `due` is what is due now, and is added
    /// to what its earlier tries purged. kConflict: another one is unfinished, or this one is over.
    Answer<void> begin_run(PurgeRunId id, policy::Date day, std::int64_t due, std::int64_t kept, EntryBytes entry,
                           Deadline deadline);
    /// Ends a run, or notes that the brake stopped it; `purged` is added to what its earlier tries purged.
    /// kNotFound: no such run.
    Answer<void> end_run(PurgeRunId id, const std::string& state, const std::string& reason, std::int64_t purged,
                         EntryBytes entry, Deadline deadline);
    /// kNotFound: no such run.
    Answer<RunRow> run_of(PurgeRunId id, Deadline deadline);
    /// The newest runs first; up to `limit` (<= 1000).
    Answer<std::vector<RunRow>> runs(std::int32_t limit, Deadline deadline);

  private:
    Pool& pool_;
};

}  // namespace storage::catalogue
