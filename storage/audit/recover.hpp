#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <string>

#include "policy/result.hpp"
#include "storage/audit/log_reader.hpp"

namespace storage::catalogue {
class Catalogue;
}

namespace storage::audit {

enum class LogState {
    kSound,           ///< Database and object store agree.
    kUnpublished,     ///< A batch was numbered but not published: the sequencer finishes it. Open.
    kDatabaseBehind,  ///< The store has signed checkpoints that the database does not know: restored? Stay closed.
    kStoreBehind,     ///< The checkpoint that the database published is not in the store. Stay closed.
    kForked,          ///< Two histories, both signed or published. Alarm; no program may mend this.
};

std::string_view name_of(LogState state);

struct LogCheck {
    LogState state = LogState::kSound;
    std::uint64_t database_size = 0;  ///< Published, by the database.
    std::uint64_t store_size = 0;     ///< By the newest checkpoint in the object store.
    std::string explanation;          ///< For the operator: what was found and what to do.

    bool may_open() const noexcept { return state == LogState::kSound || state == LogState::kUnpublished; }
};

/// At every start, before anything opens and before any sequencer or sweeper runs: is the database as new as the log
/// that was published? An error means that it could not be found out (then: closed as well).
boost::asio::awaitable<policy::Result<LogCheck>> check_log(catalogue::Catalogue& catalogue, const LogReader& reader,
                                                           Deadline deadline);

struct Recovered {
    LogCheck before;
    std::uint64_t imported = 0;  ///< Entries that came back from the bundles.
    std::uint64_t size = 0;      ///< Of the log now.
};

/// `callvault audit recover`: brings every entry of the published log that the database lacks back from the entry
/// bundles, each checked up to the signed root, then moves the database's tree head. May be killed and repeated.
/// kSound and kUnpublished: nothing to do. kStoreBehind and kForked: kCorrupt, nothing is changed.
boost::asio::awaitable<policy::Result<Recovered>> recover_log(catalogue::Catalogue& catalogue, const LogReader& reader,
                                                              Deadline deadline);

}  // namespace storage::audit
