#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <string_view>

#include "gateway/recordings/services.hpp"
#include "policy/ids.hpp"
#include "policy/retention.hpp"
#include "policy/time.hpp"
#include "storage/catalogue/jobs.hpp"
#include "storage/crypto/random.hpp"

namespace gateway::recordings {

/// How long a withdrawn recording stays, unreadable, before it is erased: a mistake of the sender's can be found and a
/// legal claim can be secured. Two thirds of the legal time remain for retries.
constexpr std::chrono::hours kErasureDelay{24};
static_assert(kErasureDelay < policy::kWithdrawalErasure);

/// What is left of that. Never past its purge date: withdrawing must not make anything live longer.
inline std::chrono::milliseconds left_of_withdrawal(const Services& services, policy::Instant withdrawn_at,
                                                    policy::Date purge_date) {
    const auto until = std::min<policy::Instant>(withdrawn_at + kErasureDelay, services.clock.start_of(purge_date));
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - services.clock.now());
    return std::max(left, std::chrono::milliseconds{0});
}

/// The job that erases a recording: `ground` is "withdrawal" or "erasure". It never gives up: while a hold keeps the
/// recording it is tried again, and the first try after the release takes it.
inline storage::catalogue::NewJob erase_job(const policy::RecordingId& recording, std::string_view ground,
                                            std::chrono::milliseconds delay) {
    const std::string payload = "{\"ground\":\"" + std::string(ground) + "\"}";
    const auto bytes = std::as_bytes(std::span(payload));
    storage::catalogue::NewJob job;
    job.id = storage::crypto::random_id<policy::JobId>();
    job.kind = "erase";
    job.unique_key = "erase-" + std::string(ground) + "-" + recording.text();
    job.recording = recording;
    job.payload = {bytes.begin(), bytes.end()};
    job.delay = delay;
    job.max_attempts = std::numeric_limits<std::int32_t>::max();
    return job;
}

}  // namespace gateway::recordings
