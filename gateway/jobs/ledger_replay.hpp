#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <vector>

#include "gateway/jobs/forget.hpp"
#include "gateway/jobs/housekeeping.hpp"
#include "gateway/recordings/services.hpp"
#include "policy/result.hpp"
#include "storage/audit/deletion_ledger.hpp"

namespace gateway::jobs {

/// What a replay of the deletion ledger found and did again.
struct Replayed {
    std::int64_t length = 0;   ///< Of the ledger, in records.
    std::int64_t records = 0;  ///< Of these, those that the database may lack.
    std::int64_t keys_destroyed = 0;
    std::int64_t erased = 0;  ///< Recordings marked by their log ids.
    std::int64_t purged = 0;  ///< Recordings finished: erased, and those of the day keys.
    std::int64_t holds_set = 0;
    std::int64_t holds_lifted = 0;
    std::int64_t restrictions_set = 0;
    std::int64_t restrictions_lifted = 0;
    std::int64_t forbidden = 0;     ///< References of recordings that came and went after this copy: they stay gone.
    std::int64_t refused = 0;       ///< Erasures that a statutory class or a hold forbids in this copy.
    std::int64_t lost = 0;          ///< Kept by a hold or class, but their key was destroyed before this copy knew.
    std::int64_t unopened = 0;      ///< Living recordings whose sealed fields no key opens, and no purge says why.
    std::int64_t keys_missing = 0;  ///< Keys in use that the vault lacks and the ledger does not explain: alarm.

    /// Things done again.
    std::int64_t applied() const {
        return keys_destroyed + erased + purged + holds_set + holds_lifted + restrictions_set + restrictions_lifted +
               forbidden;
    }
};

/// Does again what the deletion ledger announced and what database or vault, restored to an earlier day, lack (rule
/// 36). Runs after the check of the log and before any job or listener. May be killed at any point and repeated: the
/// mark of the database moves last.
class LedgerReplay {
  public:
    /// `patience`: how old a record must be before what it announces is done again; younger ones are waited for,
    /// because another gateway may be doing it at this moment.
    LedgerReplay(recordings::Services& services, Forget& forget, std::chrono::milliseconds patience)
        : services_(services), forget_(forget), patience_(patience) {}

    /// An error keeps the service closed. Logs the counts, and writes them as one audit entry unless there was nothing
    /// to look at.
    boost::asio::awaitable<policy::Result<Replayed>> run();

  private:
    using Done = boost::asio::awaitable<policy::Result<void>>;

    Done settle();
    Done read_vault();
    Done destroy_again();
    Done rights();
    Done keep_keys();
    Done day_keys();
    Done day_key(storage::audit::LedgerEvent event);
    /// Without a date: a keep key.
    Done mark_unreadable(std::optional<policy::Date> date, policy::KeyId key);
    Done destroy(policy::KeyId key);
    Done finish();
    Done look_for_missing();
    Done tell();

    recordings::Services& services_;
    Forget& forget_;
    std::chrono::milliseconds patience_;
    std::vector<storage::audit::LedgerRecord> records_;  ///< From the database's mark on.
    std::set<policy::KeyId> held_;                       ///< By the vault.
    std::set<policy::RecordingId> erased_;               ///< By the ledger's word, just now.
    Replayed done_;
};

/// Moves the database's mark in the ledger over records whose act is done or stands in a row (storage/README.md).
Step move_ledger_mark(recordings::Services& services);

}  // namespace gateway::jobs
