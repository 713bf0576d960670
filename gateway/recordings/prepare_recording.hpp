#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>

#include "gateway/media/workers.hpp"
#include "gateway/recordings/services.hpp"
#include "storage/catalogue/jobs.hpp"
#include "transcode/messages/words.hpp"

namespace gateway::recordings {

/// Carries out one claimed job: reads a recording's audio once, measures it, makes the playback rendition where the
/// original does not play as it is, seals what came out under the recording's own key, and writes the end of it all in
/// one statement. The original stays as it is whatever happens.
///
/// Thread safety: any number of jobs at once. Lifetime: must outlive every awaitable it returned.
class PrepareRecording {
  public:
    /// Called now and then while the work goes on, so that the claim is kept. An error ends the work.
    using Keep = std::function<boost::asio::awaitable<policy::Result<void>>()>;

    PrepareRecording(Services& services, media::Workers& workers) : services_(services), workers_(workers) {}

    /// A worker failed on the file, as it did before, so many times in all. What ails workers may pass.
    struct WorkerFailed {
        transcode::messages::Reason reason;
        int times = 0;
    };
    /// No value: the job is done and gone: prepared, unplayable for good, or the recording is gone. A value: to be
    /// tried again, much later. kConflict: the claim is no longer ours. kCorrupt: its object is damaged, which was
    /// alarmed. Any error but kConflict: to be tried again.
    boost::asio::awaitable<policy::Result<std::optional<WorkerFailed>>> run(const storage::catalogue::ClaimedJob& job,
                                                                            Keep keep);

  private:
    int failed_once_more(const policy::JobId& job);

    Services& services_;
    media::Workers& workers_;
    std::mutex mutex_;
    /// How often workers failed on a file here; nothing else counts against it. Forgotten when the process ends.
    std::map<policy::JobId, int> failures_;
};

}  // namespace gateway::recordings
