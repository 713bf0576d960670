#include "gateway/jobs/erase_worker.hpp"

#include <string>
#include <utility>

#include "gateway/jobs/claimed_job.hpp"

namespace gateway::jobs {

using boost::asio::awaitable;
using policy::Result;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds kNextErasure{500};
constexpr milliseconds kLease{60'000};

std::string ground_of(const storage::catalogue::ClaimedJob& job) {
    const std::string_view payload(reinterpret_cast<const char*>(job.payload.data()), job.payload.size());
    return payload.find("\"withdrawal\"") != std::string_view::npos ? "withdrawal" : "erasure";
}

}  // namespace

awaitable<Result<milliseconds>> EraseWorker::step() {
    const auto claimed = co_await claim_one(services_, "erase", kLease);
    if (claimed.has_error()) co_return claimed.error();
    if (!*claimed) co_return kNextErasure;
    const auto& job = **claimed;
    const auto day = co_await watch_.sure_day();
    if (day.has_error()) co_return day.error();  // the lease of the job runs out, and it is taken again
    Result<void> erased;
    if (job.recording) erased = co_await forget_.erase(*job.recording, ground_of(job), *day);
    if (erased.has_value()) {
        // finish() of the last batch took the job with the recording: a job that is gone is done.
        const auto done = co_await services_.catalogue.jobs().finish(job.id, job.token, services_.deadline());
        if (done.has_error() && done.error().code != policy::Code::kConflict) co_return done.error();
        co_return milliseconds{0};
    }
    // A hold that came first is no failure: the erasure waits for its release.
    const auto level = erased.error().code == policy::Code::kConflict ? observe::Level::kInfo : observe::Level::kError;
    services_.log.write(level, level == observe::Level::kInfo ? "erase.waits" : "erase.failed",
                        {{"code", policy::name_of(erased.error().code)}, {"what", erased.error().what}});
    std::string code(policy::name_of(erased.error().code));
    const auto noted = co_await put_back(services_, job, std::move(code), back_off(job.attempts));
    if (noted.has_error()) co_return noted.error();
    co_return kNextErasure;
}

}  // namespace gateway::jobs
