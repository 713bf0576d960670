#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "gateway/jobs/clock_watch.hpp"
#include "gateway/recordings/play_registry.hpp"
#include "gateway/recordings/services.hpp"
#include "policy/result.hpp"
#include "storage/audit/sequencer.hpp"
#include "storage/objects/object_name.hpp"

namespace gateway::jobs {

using Step = boost::asio::awaitable<policy::Result<std::chrono::milliseconds>>;

/// Numbers and publishes what was written to the audit log, on one gateway at a time (two would do no harm).
Step sequence(recordings::Services& services, storage::audit::Sequencer& sequencer);

/// Renews the leases of this gateway's plays.
Step renew_plays(recordings::Services& services, recordings::PlayRegistry& plays, std::chrono::milliseconds every);

/// Writes the closing entries of this gateway's plays that ended. Apart from the renewal: many that end at once, or a
/// slow database, must not cost the others their lease.
Step close_plays(recordings::PlayRegistry& plays);

/// Closes plays that no gateway has held for `idle`, with what was saved of them: until then whichever gateway is asked
/// for one takes it up.
Step close_orphans(recordings::Services& services, std::chrono::milliseconds idle);

/// Forgets revocations of sessions that have ended, answers under idempotency keys past their day, and what is older
/// than the log's ordinary life: released holds, decided proposals, case numbers and names. By a clock that was set
/// none of these is.
Step forget_expired(recordings::Services& services, ClockWatch& watch);

/// Removes objects of recordings that no row owns and that are older than the upload lease: what pushes left that were
/// refused, killed, or in doubt and lost. Ages are the wall clock's, which may jump: so an object goes only when two
/// rounds have found it ownerless, with more time between them, by the steady clock, than a commit can take.
class Sweeper {
  public:
    /// `ripe_after`: how long an object must have been seen ownerless.
    explicit Sweeper(recordings::Services& services, std::chrono::milliseconds ripe_after = std::chrono::minutes(5))
        : services_(services), ripe_after_(ripe_after) {}
    /// A page, and at the end of a round what the store sweeps by itself. What cannot be removed keeps neither the next
    /// page nor that: at the end of the round its first error is logged, and callvault_sweeper_stuck is 1.
    Step step();

  private:
    void tell(const std::optional<policy::Error>& stuck);
    boost::asio::awaitable<policy::Result<void>> remove(std::vector<storage::objects::ObjectName> names);

    recordings::Services& services_;
    std::chrono::milliseconds ripe_after_;
    std::optional<policy::Error> stuck_;  ///< The first of this round.
    bool ripe(const std::string& name);
    boost::asio::awaitable<policy::Result<std::vector<storage::objects::ObjectName>>> doomed(
        std::vector<storage::objects::ObjectName> old);

    using Steady = std::chrono::steady_clock::time_point;
    std::string after_;
    std::map<std::string, Steady> ownerless_;  ///< Since when, as the round before and this one saw it.
    std::map<std::string, Steady> seen_;       ///< Of these, what this round has seen.
};

}  // namespace gateway::jobs
