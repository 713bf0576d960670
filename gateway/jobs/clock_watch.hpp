#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <optional>

#include "gateway/recordings/services.hpp"
#include "policy/brake.hpp"
#include "policy/result.hpp"
#include "storage/audit/entry.hpp"
#include "storage/catalogue/status.hpp"

namespace gateway::jobs {

/// This start of the machine. kUnavailable: the system does not tell it.
policy::Result<storage::catalogue::BootId> this_boot();

/// Compares the wall clock with one that nobody can set (CLOCK_BOOTTIME, which goes on in suspend), from mark to mark
/// of this boot of the machine, over restarts of the gateway: a clock that was set raises no high-water mark and
/// destroys nothing (rule 18). After a boot there is only the high-water mark to compare with, and a long silence
/// alarms.
///
/// Thread safety: step() and accept() are called by one task at a time each, clocks() from anywhere.
class ClockWatch {
  public:
    ClockWatch(recordings::Services& services, storage::catalogue::BootId boot, policy::BrakeLimits limits)
        : services_(services), boot_(boot), limits_(limits) {}

    /// The background job: writes the time down. A clock that was set is not: it alarms until it is right again, or
    /// until two people accept it.
    boost::asio::awaitable<policy::Result<std::chrono::milliseconds>> step();

    /// What the clocks say now; `Services::today()` holds by them from here on. Nothing is written by asking.
    boost::asio::awaitable<policy::Result<policy::Clocks>> clocks();

    /// Two people accepted the present time for that run (`entry` says so): from here on it is the one that every
    /// machine is compared with. `still_accepted`: the reasons that remain of their word.
    boost::asio::awaitable<policy::Result<void>> accept(storage::catalogue::PurgeRunId run, std::string still_accepted,
                                                        storage::audit::Entry entry);

    /// The latest local day that has surely come: while our clock was set, that of the high-water mark. For what
    /// destroys; what refuses takes `Services::today()`, which may be later.
    boost::asio::awaitable<policy::Result<policy::Date>> sure_day();

  private:
    struct Reading {
        storage::catalogue::Moment now;
        policy::Clocks clocks;
        policy::Date sure_day{};
    };
    boost::asio::awaitable<policy::Result<Reading>> read();
    /// Alarms while there is a jump; the log gets one entry of each.
    boost::asio::awaitable<policy::Result<void>> tell(const std::optional<policy::BrakeFinding>& jump);

    recordings::Services& services_;
    const storage::catalogue::BootId boot_;
    const policy::BrakeLimits limits_;
    std::optional<policy::BrakeReason> told_;  ///< The jump that the log knows of.
};

}  // namespace gateway::jobs
