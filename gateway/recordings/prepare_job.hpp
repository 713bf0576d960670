#pragma once

#include <limits>
#include <string_view>

#include "gateway/recordings/media_facts.hpp"
#include "policy/ids.hpp"
#include "storage/catalogue/jobs.hpp"
#include "storage/crypto/random.hpp"

namespace gateway::recordings {

/// The unplayable reason of a recording that waits for its media worker.
inline constexpr std::string_view kPreparing = "preparing";

/// Kinds of the jobs that prepare recordings: those that play already are only measured, which takes no worker and must
/// not wait for one.
inline constexpr std::string_view kMeasureKind = "measure";
inline constexpr std::string_view kPrepareKind = "prepare";

/// How often a file is tried that workers fail on, before it is given up and its job parked.
inline constexpr int kMaxTries = 4;

/// What is left to do when a recording has been stored.
inline storage::catalogue::NewJob prepare_job(const policy::RecordingId& recording, const MediaFacts& media) {
    storage::catalogue::NewJob job;
    job.id = storage::crypto::random_id<policy::JobId>();
    job.kind = media.format ? kMeasureKind : kPrepareKind;
    job.unique_key = "prepare-" + recording.text();
    job.recording = recording;
    // It never gives up by itself: what is not the file's fault (no worker, no store) will be mended.
    job.max_attempts = std::numeric_limits<std::int32_t>::max();
    return job;
}

}  // namespace gateway::recordings
