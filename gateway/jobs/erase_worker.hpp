#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>

#include "gateway/jobs/clock_watch.hpp"
#include "gateway/jobs/forget.hpp"
#include "gateway/recordings/services.hpp"

namespace gateway::jobs {

/// Carries out the "erase" jobs that withdrawals and approved erasures have queued. By a clock that was set no
/// statutory class is over.
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
