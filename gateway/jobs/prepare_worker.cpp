#include "gateway/jobs/prepare_worker.hpp"

#include <algorithm>
#include <array>
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
constexpr milliseconds kLongestWait{600'000};
/// A file that workers fail on is left alone for a while: what ails them may pass.
constexpr std::array<milliseconds, 4> kAfterFailures{std::chrono::minutes{1}, std::chrono::minutes{30},
                                                     std::chrono::hours{2}, std::chrono::hours{6}};

milliseconds wait_after(const policy::Error& error, std::int32_t attempts) {
    const auto tries = static_cast<std::size_t>(std::max(1, attempts)) - 1;
    if (error.code == Code::kCorrupt) return kAfterFailures[std::min(tries, kAfterFailures.size() - 1)];
    return std::min(kLongestWait, milliseconds{1000} * (1 << std::min(attempts, 10)));
}

}  // namespace

awaitable<Result<void>> PrepareWorker::keep(const storage::catalogue::ClaimedJob& job) {
    co_return co_await services_.catalogue.jobs().renew(job.id, job.token, lease_, services_.deadline());
}

awaitable<Result<milliseconds>> PrepareWorker::step() {
    const std::vector<std::string> kinds{std::string(kind_)};
    const auto jobs =
        co_await services_.catalogue.jobs().claim(kinds, services_.gateway, 1, lease_, services_.deadline());
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
    const auto wait = wait_after(done.error(), job.attempts);
    const std::string code(policy::name_of(done.error().code));
    const auto noted = co_await services_.catalogue.jobs().fail(job.id, job.token, code, wait, services_.deadline());
    if (noted.has_error() && noted.error().code != Code::kConflict) co_return noted.error();
    co_return kLookAgain;
}

}  // namespace gateway::jobs
