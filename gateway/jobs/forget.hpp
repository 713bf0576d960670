#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "gateway/jobs/keeper.hpp"
#include "gateway/recordings/play_registry.hpp"
#include "gateway/recordings/services.hpp"
#include "policy/result.hpp"
#include "storage/audit/deletion_ledger.hpp"
#include "storage/catalogue/purge.hpp"

namespace gateway::jobs {

/// How far the purging came.
struct Finished {
    std::int64_t purged = 0;  ///< Recordings that are gone.
    std::int64_t stuck = 0;   ///< Recordings of which something is left.
    /// Why they are stuck; kDenied when the store holds all of them (a lock, a legal hold, no right): their keys are
    /// gone, and the store lets go of their bytes some day.
    std::optional<policy::Error> why;
};

/// The steps by which recordings are forgotten, in their one order (storage/README.md). Each may be killed and
/// repeated; each says what is durable when it returns.
class Forget {
  public:
    /// Called between two batches of work, however long the whole takes: an error ends the work there.
    using Progress = std::function<boost::asio::awaitable<policy::Result<void>>()>;

    Forget(recordings::Services& services, recordings::PlayRegistry& plays, storage::audit::DeletionLedger& ledger)
        : services_(services), plays_(plays), ledger_(ledger), keeper_(services) {}

    /// (a) Everything due and kept by nothing is unreadable from now on. What must be kept was rewrapped before.
    boost::asio::awaitable<policy::Result<void>> mark_due(policy::Date today, Progress progress);
    /// (b, c) The day keys up to `today` close, are announced in the deletion ledger, and are destroyed. How many.
    boost::asio::awaitable<policy::Result<std::int64_t>> destroy_day_keys(policy::Date today, Progress progress);
    /// (d, e) Objects of everything that is purging are deleted and read back; then, batch by batch, the personal
    /// columns go and the batch's entry is written. What cannot be finished is logged and keeps nothing else: it stays
    /// purging, unreadable and without a certificate. `announced`: erasures that the ledger has.
    boost::asio::awaitable<policy::Result<Finished>> finish_purging(Progress progress,
                                                                    std::set<policy::RecordingId> announced = {});

    /// One recording before its date: unreadable, announced, deleted, with its own ground ("erasure", "withdrawal").
    /// kConflict: a hold, a statutory class, or a restriction by which the person opposes erasure keeps it. Gone
    /// already: success.
    /// `day`: has surely come (ClockWatch::sure_day).
    boost::asio::awaitable<policy::Result<void>> erase(policy::RecordingId id, std::string ground, policy::Date day);

  private:
    boost::asio::awaitable<policy::Result<bool>> opposed(policy::RecordingId id);
    boost::asio::awaitable<policy::Result<void>> destroy_day_key(storage::catalogue::DayKey key, Progress progress);
    boost::asio::awaitable<policy::Result<void>> announce(std::vector<storage::catalogue::PurgingRow> rows);
    /// Announces and finishes rows of one ground as far as possible. False: rows changed meanwhile, list again.
    boost::asio::awaitable<bool> finish_rows(std::vector<storage::catalogue::PurgingRow> rows,
                                             const std::set<policy::RecordingId>& announced, Finished& out);
    boost::asio::awaitable<void> note_refused(const std::vector<storage::catalogue::PurgingRow>& rows);
    void note_stuck(const std::vector<storage::catalogue::PurgingRow>& rows, const policy::Error& why, Finished& out);
    /// All of one ground. False: another one finished some of them meanwhile, and nothing happened here.
    boost::asio::awaitable<policy::Result<bool>> finish_batch(std::vector<storage::catalogue::PurgingRow> rows);
    boost::asio::awaitable<policy::Result<std::vector<storage::catalogue::PurgedLeaf>>> leaves(
        const std::vector<storage::catalogue::PurgingRow>& rows);

    recordings::Services& services_;
    recordings::PlayRegistry& plays_;
    storage::audit::DeletionLedger& ledger_;
    Keeper keeper_;
};

}  // namespace gateway::jobs
