#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <optional>
#include <string>

#include "gateway/jobs/clock_watch.hpp"
#include "gateway/jobs/forget.hpp"
#include "gateway/recordings/services.hpp"
#include "policy/brake.hpp"
#include "policy/result.hpp"
#include "storage/catalogue/purge.hpp"

namespace gateway::jobs {

/// The daily purge: when it is time (or somebody asked, or a run was interrupted) it looks at the brake and then
/// forgets what is due. One gateway at a time, by leadership; a killed run is taken up again by whoever leads next. A
/// run that the brake stopped is passed by nothing, on no day, until two people queue it again.
class PurgeRun {
  public:
    struct Options {
        std::chrono::minutes at{};  ///< Local time of day.
        policy::BrakeLimits limits;
        /// After a run of which the store holds something (a lock, a legal hold), before it is asked again.
        std::chrono::minutes ask_store_again{60};
    };

    PurgeRun(recordings::Services& services, Forget& forget, ClockWatch& watch, Options options)
        : services_(services), forget_(forget), watch_(watch), options_(options) {}

    /// Looks whether a run is to be made, and makes it. Says when to look again.
    boost::asio::awaitable<policy::Result<std::chrono::milliseconds>> step();

    /// What the brake says to a run of so many calls now, after what two people accepted.
    boost::asio::awaitable<policy::Result<policy::BrakeVerdict>> ask_brake(
        std::int64_t due, std::optional<storage::catalogue::AcceptedStop> accepted = {});

  private:
    using Accepted = std::optional<storage::catalogue::AcceptedStop>;
    struct Next {
        storage::catalogue::PurgeRunId id;
        Accepted accepted;
    };
    /// The run that is to be made now: one that somebody asked for or that was interrupted, or the day's. Not set:
    /// none.
    boost::asio::awaitable<policy::Result<std::optional<Next>>> next(policy::Date today);
    boost::asio::awaitable<policy::Result<void>> run(policy::Date today, Next next, Forget::Progress progress);
    boost::asio::awaitable<policy::Result<void>> stop(Next next, policy::BrakeVerdict verdict, std::int64_t due);
    /// `finished`: how far it came, also when it fails in the end. kDenied: nothing is left to do but what the store
    /// holds.
    boost::asio::awaitable<policy::Result<void>> forget_all(policy::Date today, Forget::Progress progress,
                                                            Finished& finished);
    Forget::Progress renewal();
    boost::asio::awaitable<policy::Result<void>> renew(std::chrono::steady_clock::time_point& last);
    boost::asio::awaitable<policy::Result<void>> end(storage::catalogue::PurgeRunId id, std::string state,
                                                     std::string reason, Finished finished);

    recordings::Services& services_;
    Forget& forget_;
    ClockWatch& watch_;
    Options options_;
};

}  // namespace gateway::jobs
