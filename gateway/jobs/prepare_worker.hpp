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
    /// `longest`: that one file may take. The claim is kept while the file is read, and lasts for the time in which a
    /// worker reads nothing.
    PrepareWorker(recordings::Services& services, recordings::PrepareRecording& prepare, std::string_view kind,
                  std::chrono::milliseconds longest)
        : services_(services), prepare_(prepare), kind_(kind), lease_(longest + std::chrono::minutes{1}) {}
    boost::asio::awaitable<policy::Result<std::chrono::milliseconds>> step();

  private:
    boost::asio::awaitable<policy::Result<void>> keep(const storage::catalogue::ClaimedJob& job);

    recordings::Services& services_;
    recordings::PrepareRecording& prepare_;
    const std::string_view kind_;
    const std::chrono::milliseconds lease_;
};

}  // namespace gateway::jobs
