#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/recordings/services.hpp"
#include "policy/result.hpp"
#include "storage/catalogue/jobs.hpp"

namespace gateway::jobs {

/// The oldest job of a kind that is due, claimed for `lease`; none when none is.
boost::asio::awaitable<policy::Result<std::optional<storage::catalogue::ClaimedJob>>> claim_one(
    recordings::Services& services, std::string_view kind, std::chrono::milliseconds lease);

/// Back into the queue, for a while. A claim that is no longer ours is no error: somebody else has the job.
/// `by_itself`: what failed was its own doing.
boost::asio::awaitable<policy::Result<void>> put_back(recordings::Services& services,
                                                      const storage::catalogue::ClaimedJob& job, std::string code,
                                                      std::chrono::milliseconds wait, bool by_itself = false);

/// How long a job waits after so many claims that failed: two seconds, doubled each time, ten minutes at most.
std::chrono::milliseconds back_off(std::int32_t attempts);

}  // namespace gateway::jobs
