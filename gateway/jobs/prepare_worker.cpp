#include "gateway/jobs/prepare_worker.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace gateway::jobs {

using boost::asio::awaitable;
using policy::Code;
using policy::Result;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds kLookAgain{500};
constexpr milliseconds kLease{60'000};
constexpr milliseconds kLongestWait{600'000};

}  // namespace

awaitable<Result<void>> PrepareWorker::keep(const storage::catalogue::ClaimedJob& job) {
    co_return co_await services_.catalogue.jobs().renew(job.id, job.token, kLease, services_.deadline());
}

awaitable<Result<milliseconds>> PrepareWorker::step() {
    const std::vector<std::string> kinds{std::string(kind_)};
    const auto jobs =
        co_await services_.catalogue.jobs().claim(kinds, services_.gateway, 1, kLease, services_.deadline());
    if (jobs.has_error()) co_return jobs.error();
    if (jobs->empty()) co_return kLookAgain;
    const auto& job = jobs->front();
    recordings::PrepareRecording::Keep kept = [this, &job] { return keep(job); };
    const auto done = co_await prepare_.run(job, std::move(kept));
    if (done.has_value() || done.error().code == Code::kConflict) co_return milliseconds{0};
    services_.log.warning("prepare.failed", {{"kind", kind_},
                                             {"attempt", job.attempts},
                                             {"code", policy::name_of(done.error().code)},
                                             {"what", done.error().what}});
    const auto wait = std::min(kLongestWait, milliseconds{1000} * (1 << std::min(job.attempts, 10)));
    const std::string code(policy::name_of(done.error().code));
    const auto noted = co_await services_.catalogue.jobs().fail(job.id, job.token, code, wait, services_.deadline());
    if (noted.has_error() && noted.error().code != Code::kConflict) co_return noted.error();
    co_return kLookAgain;
}

}  // namespace gateway::jobs
