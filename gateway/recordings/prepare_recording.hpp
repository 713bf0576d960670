#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
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

    /// No value: the job is done: prepared and gone, unplayable (parked, if it was the workers who failed: what ails
    /// them may be mended, and the job revived), or the recording is gone. A value: a worker failed on the file, which
    /// counts against it, and it is to be tried again, much later. kConflict: the claim is no longer ours. kCorrupt:
    /// its object is damaged, which was alarmed. Any error but kConflict: to be tried again.
    boost::asio::awaitable<policy::Result<std::optional<transcode::messages::Reason>>> run(
        const storage::catalogue::ClaimedJob& job, Keep keep);

  private:
    Services& services_;
    media::Workers& workers_;
};

}  // namespace gateway::recordings
