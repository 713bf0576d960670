#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>

#include "gateway/jobs/clock_watch.hpp"
#include "gateway/jobs/forget.hpp"
#include "gateway/recordings/services.hpp"

namespace gateway::jobs {

/// Carries out the "erase" jobs that withdrawals and approved erasures have queued; none while the clock was set, for
/// by a wrong date a statutory class may seem over.
class EraseWorker {
  public:
    EraseWorker(recordings::Services& services, Forget& forget, ClockWatch& watch)
        : services_(services), forget_(forget), watch_(watch) {}
    boost::asio::awaitable<policy::Result<std::chrono::milliseconds>> step();

  private:
    recordings::Services& services_;
    Forget& forget_;
    ClockWatch& watch_;
};

}  // namespace gateway::jobs
