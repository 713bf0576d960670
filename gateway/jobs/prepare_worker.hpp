#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <string_view>

#include "gateway/recordings/prepare_recording.hpp"
#include "gateway/recordings/services.hpp"

namespace gateway::jobs {

/// Carries out the jobs of one kind that prepare recordings, one after the other; as many of them run side by side as
/// files may be prepared at once. Oldest first, so nobody's calls wait behind those that came later.
class PrepareWorker {
  public:
    PrepareWorker(recordings::Services& services, recordings::PrepareRecording& prepare, std::string_view kind)
        : services_(services), prepare_(prepare), kind_(kind) {}
    boost::asio::awaitable<policy::Result<std::chrono::milliseconds>> step();

  private:
    boost::asio::awaitable<policy::Result<void>> keep(const storage::catalogue::ClaimedJob& job);

    recordings::Services& services_;
    recordings::PrepareRecording& prepare_;
    const std::string_view kind_;
};

}  // namespace gateway::jobs
