#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>

#include "gateway/jobs/forget.hpp"
#include "gateway/recordings/services.hpp"

namespace gateway::jobs {

/// Carries out the "erase" jobs that withdrawals and approved erasures have queued.
class EraseWorker {
  public:
    EraseWorker(recordings::Services& services, Forget& forget) : services_(services), forget_(forget) {}
    boost::asio::awaitable<policy::Result<std::chrono::milliseconds>> step();

  private:
    recordings::Services& services_;
    Forget& forget_;
};

}  // namespace gateway::jobs
