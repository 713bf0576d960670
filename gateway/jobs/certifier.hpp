#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>

#include "gateway/recordings/services.hpp"
#include "policy/result.hpp"
#include "storage/audit/log_reader.hpp"
#include "storage/catalogue/purge.hpp"

namespace gateway::jobs {

/// Makes the deletion certificates of finished batches, once the log's checkpoint covers their entry. Writing the same
/// certificate again is harmless, so it needs no leadership.
class Certifier {
  public:
    Certifier(recordings::Services& services, const storage::audit::LogReader& log) : services_(services), log_(log) {}
    boost::asio::awaitable<policy::Result<std::chrono::milliseconds>> step();

  private:
    boost::asio::awaitable<policy::Result<void>> certify(const storage::catalogue::Batch& batch,
                                                         const storage::audit::SignedCheckpoint& head);

    recordings::Services& services_;
    const storage::audit::LogReader& log_;
};

}  // namespace gateway::jobs
