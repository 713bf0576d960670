#include "gateway/jobs/prepare_worker.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "gateway/jobs/claimed_job.hpp"

namespace gateway::jobs {

using boost::asio::awaitable;
using policy::Code;
using policy::Result;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds kNextPreparation{500};
/// A file that workers fail on is left alone for a while: what ails them may pass.
constexpr std::array<milliseconds, 3> kAfterFailures{std::chrono::minutes{1}, std::chrono::minutes{30},
                                                     std::chrono::hours{6}};

}  // namespace

awaitable<Result<void>> PrepareWorker::keep(const storage::catalogue::ClaimedJob& job) {
    co_return co_await services_.catalogue.jobs().renew(job.id, job.token, lease_, services_.deadline());
}

awaitable<Result<milliseconds>> PrepareWorker::step() {
    const auto claimed = co_await claim_one(services_, kind_, lease_);
    if (claimed.has_error()) co_return claimed.error();
    if (!*claimed) co_return kNextPreparation;
    const auto& job = **claimed;
    recordings::PrepareRecording::Keep kept = [this, &job] { return keep(job); };
    const auto done = co_await prepare_.run(job, std::move(kept));
    if (done.has_error() && done.error().code == Code::kConflict) co_return milliseconds{0};
    std::string code;
    std::string what;
    auto wait = back_off(job.attempts);
    if (done.has_error()) {
        code = policy::name_of(done.error().code);
        what = done.error().what;
    } else if (const auto& failed = *done) {
        code = text(*failed);
        wait =
            kAfterFailures.at(std::min<std::size_t>(static_cast<std::size_t>(job.failures), kAfterFailures.size() - 1));
    } else {
        co_return milliseconds{0};
    }
    services_.log.warning("prepare.failed",
                          {{"kind", kind_}, {"attempt", job.attempts}, {"code", code}, {"what", what}});
    const auto noted = co_await put_back(services_, job, std::move(code), wait, done.has_value());
    if (noted.has_error()) co_return noted.error();
    co_return kNextPreparation;
}

}  // namespace gateway::jobs
