#pragma once

#include <optional>
#include <string>
#include <vector>

#include "storage/catalogue/types.hpp"

namespace storage::catalogue {

class Pool;

/// Work to be done later, at least once. Other operations take these too and enqueue them in their own statement.
struct NewJob {
    policy::JobId id;  ///< Made by the caller (random).
    std::string kind;  ///< "prepare", "erase", "rewrap", ...: a metric label.
    /// At most one unfinished job has this key; a second one is dropped silently. Empty: no such limit.
    std::string unique_key;
    std::optional<policy::RecordingId> recording;  ///< What it is about; such jobs go when the recording goes.
    Bytes payload;                                 ///< Ids and codes only; at most 4096 bytes.
    std::chrono::milliseconds delay{0};            ///< Not claimed before now (the database's clock) + delay.
    std::int32_t max_attempts = 20;                ///< After so many failures it is parked as dead, visible.
};

struct ClaimedJob {
    policy::JobId id;
    std::string kind;
    std::optional<policy::RecordingId> recording;
    Bytes payload;
    std::int32_t attempts = 0;  ///< This one counted: 1 at the first claim.
    std::int32_t failures = 0;  ///< Of those before, the ones that were its own doing.
    std::int64_t token = 0;     ///< The fencing token: every later word about this claim must carry it.
};

/// A job as people see it.
struct JobRow {
    policy::JobId id;
    std::string kind;
    std::string state;  ///< "queued", "running", "dead"
    std::optional<policy::RecordingId> recording;
    std::int32_t attempts = 0;
    policy::Instant run_at;
    std::optional<policy::Instant> lease_until;
    std::string last_error;  ///< A code, never a caller's text; empty when it never failed.
};

/// A role that one process of the deployment plays at a time: "sequencer", "purge", "sweeper", ...
struct Leadership {
    bool held = false;       ///< This holder leads now, until the lease that it asked for runs out.
    std::int64_t token = 0;  ///< Grows each time the holder changes: the fence of what the leader writes.
};

/// Durable, leased jobs. A claim is a short statement (FOR UPDATE SKIP LOCKED); the work runs outside any transaction.
/// A worker that lost its lease is refused with kConflict by its stale token, and another worker has the job.
class Jobs {
  public:
    explicit Jobs(Pool& pool) : pool_(pool) {}

    Answer<void> enqueue(const std::vector<NewJob>& jobs, Deadline deadline);

    /// Takes up to `limit` jobs of these kinds that are due: queued ones, and running ones whose lease ran out.
    /// `worker` names the claimer in the job list.
    Answer<std::vector<ClaimedJob>> claim(const std::vector<std::string>& kinds, const std::string& worker,
                                          std::int32_t limit, std::chrono::milliseconds lease, Deadline deadline);

    /// Extends the lease to now + lease. kConflict: the claim is no longer ours, stop working.
    Answer<void> renew(policy::JobId id, std::int64_t token, std::chrono::milliseconds lease, Deadline deadline);

    /// Done: the job goes. kConflict: the claim was no longer ours.
    Answer<void> finish(policy::JobId id, std::int64_t token, Deadline deadline);

    /// Failed: back to the queue after `retry_after`, or dead after its last attempt. `error_code` is a code.
    /// `by_itself`: it counts as one of its failures.
    Answer<void> fail(policy::JobId id, std::int64_t token, const std::string& error_code,
                      std::chrono::milliseconds retry_after, bool by_itself, Deadline deadline);

    /// Up to `limit` (<= 1000) jobs, dead ones first, then by run_at.
    Answer<std::vector<JobRow>> list(std::int32_t limit, Deadline deadline);

    /// Puts a dead job back into the queue with its attempts and failures at 0. kNotFound: no such dead job.
    Answer<void> revive(policy::JobId id, Deadline deadline);

    /// Takes or keeps the named role for `lease`. A holder calls it again well before the lease runs out; the lease is
    /// measured by the database's clock. `holder` is unique to the process's life.
    Answer<Leadership> lead(const std::string& role, const std::string& holder, std::chrono::milliseconds lease,
                            Deadline deadline);

    /// Gives the role up at once (shutdown). Not holding it is no error.
    Answer<void> resign(const std::string& role, const std::string& holder, Deadline deadline);

  private:
    Pool& pool_;
};

}  // namespace storage::catalogue
