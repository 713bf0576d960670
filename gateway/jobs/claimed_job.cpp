#include "gateway/jobs/claimed_job.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace gateway::jobs {

using boost::asio::awaitable;
using policy::Result;
using std::chrono::milliseconds;
using storage::catalogue::ClaimedJob;

namespace {

constexpr milliseconds kLongestWait{600'000};

}  // namespace

awaitable<Result<std::optional<ClaimedJob>>> claim_one(recordings::Services& services, std::string_view kind,
                                                       milliseconds lease) {
    const std::vector<std::string> kinds{std::string(kind)};
    auto jobs = co_await services.catalogue.jobs().claim(kinds, services.gateway, 1, lease, services.deadline());
    if (jobs.has_error()) co_return jobs.error();
    if (jobs->empty()) co_return std::optional<ClaimedJob>();
    co_return std::optional(std::move(jobs->front()));
}

awaitable<Result<void>> put_back(recordings::Services& services, const ClaimedJob& job, std::string code,
                                 milliseconds wait, bool by_itself) {
    const auto noted =
        co_await services.catalogue.jobs().fail(job.id, job.token, code, wait, by_itself, services.deadline());
    if (noted.has_error() && noted.error().code != policy::Code::kConflict) co_return noted.error();
    co_return Result<void>{};
}

milliseconds back_off(std::int32_t attempts) {
    return std::min(kLongestWait, milliseconds{1000} * (1 << std::clamp(attempts, 1, 10)));
}

}  // namespace gateway::jobs
