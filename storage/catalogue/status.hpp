#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "storage/catalogue/types.hpp"

namespace storage::catalogue {

class Pool;

/// One start of a machine: what CLOCK_BOOTTIME counts from.
using BootId = policy::Id<struct BootTag>;

/// A moment by the clock, and by the time since the machine's start, which nobody can set.
struct Moment {
    policy::Instant wall;
    std::chrono::milliseconds passed{};
};

/// The clocks that must agree before anything is deleted (rule 18).
struct Clocks {
    std::optional<policy::Instant> high_water;  ///< The latest time any gateway ever wrote down.
    policy::Instant database;                   ///< The database's own clock.
    std::optional<Moment> seen;                 ///< What this boot wrote down last.
};

/// What the database server is; for doctor.
struct ServerFacts {
    std::string version;  ///< "15.8 (Debian 15.8-0+deb12u1)"
    policy::Instant clock;
    std::int64_t standbys = 0;       ///< Streaming from it now.
    bool waits_for_standby = false;  ///< synchronous_standby_names is set: a commit's answer waits for one of them.
};

/// Figures for the metrics; cheap enough for every scrape.
struct Figures {
    std::int64_t recordings_estimate = 0;  ///< The planner's estimate.
    std::int64_t unnumbered_entries = 0;
    double oldest_unnumbered_seconds = 0;
    std::int64_t overdue = 0;  ///< Live, due before today and kept by nothing; counted up to 1001.
    std::int64_t purging = 0;  ///< Counted up to 1001.
    std::int64_t open_plays = 0;
    std::map<std::string, std::int64_t> jobs;  ///< By "kind/state".
    std::int64_t day_keys_open = 0;
    std::int64_t oldest_epoch_seconds = 0;  ///< Age of the oldest epoch that is not destroyed.
    std::int64_t uncertified_batches = 0;
};

class Status {
  public:
    explicit Status(Pool& pool) : pool_(pool) {}

    /// One short statement; success means the database answers.
    Answer<void> ping(Deadline deadline);
    Answer<Clocks> clocks(BootId boot, Deadline deadline);
    /// Writes down the moment, and raises the high-water mark to it (never lowers it).
    Answer<void> mark_clock(BootId boot, Moment now, Deadline deadline);
    /// Two people accepted the present time: sets the mark to it even if that is lower, and forgets what other boots
    /// wrote, with its entry. Of what they accepted for the run there remains `still_accepted`: the next jump is
    /// another one.
    Answer<void> accept_clock(BootId boot, Moment now, PurgeRunId run, const std::string& still_accepted,
                              EntryBytes entry, Deadline deadline);
    /// Reads only: no mark is moved.
    Answer<ServerFacts> server_facts(Deadline deadline);
    /// Hosts with a program of ours that works on this database under another Settings::name than this one, as far as
    /// both names go: a name that ends early, or has '_' somewhere, does not say what would stand there.
    Answer<std::vector<std::string>> others(Deadline deadline);
    Answer<Figures> figures(policy::Date today, Deadline deadline);

  private:
    Pool& pool_;
};

}  // namespace storage::catalogue
