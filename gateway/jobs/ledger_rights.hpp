#pragma once

#include <boost/asio/awaitable.hpp>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "gateway/jobs/ledger_replay.hpp"
#include "gateway/recordings/services.hpp"
#include "policy/result.hpp"
#include "storage/audit/deletion_ledger.hpp"
#include "storage/catalogue/replaying.hpp"
#include "storage/catalogue/rights.hpp"

namespace gateway::jobs {

/// Whether the database holds what this hold or restriction record announced. Of a withdrawal it cannot tell.
boost::asio::awaitable<policy::Result<bool>> right_stands(recordings::Services& services,
                                                          storage::audit::LedgerEvent event);

/// The part of a replay that names recordings: erasures, holds, restrictions, in the order of the ledger. The ledger
/// knows log ids only, which lie sealed with their recordings: all living ones are opened once, when a record asks.
///
/// The ledger has no matter, owner or review date of a hold: one that comes back says so in words, and is due for
/// review in two weeks.
class LedgerRights {
  public:
    /// Counts what it did in `done`. Both must outlive it.
    LedgerRights(recordings::Services& services, const std::vector<storage::audit::LedgerRecord>& records,
                 Replayed& done)
        : services_(services), records_(records), done_(done) {}
    boost::asio::awaitable<policy::Result<void>> apply();
    /// Whom apply() marked for erasure.
    const std::set<policy::RecordingId>& erased() const { return erased_; }

  private:
    using Done = boost::asio::awaitable<policy::Result<void>>;
    using Records = std::vector<storage::audit::LedgerRecord>;

    boost::asio::awaitable<policy::Result<Records>> lacking();
    Done find(const Records& records);
    Done find_in(const std::vector<storage::catalogue::Wrap>& page);
    Done act(const storage::audit::LedgerEvent& event);
    Done set_hold(const storage::audit::LedgerEvent& event);
    Done lift_hold(const storage::audit::LedgerEvent& event);
    Done erase(const storage::audit::LedgerEvent& event, policy::LogId log_id);
    Done restrict(const storage::audit::LedgerEvent& event, policy::LogId log_id);
    Done lift(const storage::audit::LedgerEvent& event);
    Done forbid(const storage::audit::LedgerEvent& event);

    recordings::Services& services_;
    const Records& records_;
    Replayed& done_;
    std::set<policy::KeyId> destroyed_;  ///< By the ledger's word: no wonder when they open nothing.
    std::set<policy::LogId> wanted_;
    struct Known {
        policy::RecordingId id;
        policy::Date purge_date{};
    };
    std::map<policy::LogId, Known> known_;  ///< Wanted and living.
    std::set<policy::RecordingId> erased_;
};

}  // namespace gateway::jobs
