#include "gateway/jobs/purge_run.hpp"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "gateway/jobs/job_entry.hpp"
#include "gateway/jobs/purge_json.hpp"
#include "storage/async/crash_point.hpp"
#include "storage/crypto/random.hpp"

namespace gateway::jobs {

using boost::asio::awaitable;
using policy::Code;
using policy::Result;
using std::chrono::milliseconds;
using storage::audit::Action;
namespace catalogue = storage::catalogue;

namespace {

constexpr milliseconds kNextPurgeLook{1000};
constexpr milliseconds kLease{15'000};  ///< Of leadership and of a claimed job; renewed between two batches.
constexpr milliseconds kRenewEvery{3000};
constexpr std::int32_t kHistory = 60;

/// What two people's word still covers. What they said of clocks holds for a day: clocks go on.
std::vector<policy::BrakeReason> still_accepted(const std::optional<catalogue::AcceptedStop>& accepted,
                                                const policy::Clocks& clocks) {
    if (!accepted) return {};
    auto reasons = policy::brake_reasons(accepted->reasons);
    if (clocks.database - accepted->at > policy::kClockWordHolds) {
        std::erase_if(reasons, [](policy::BrakeReason reason) { return reason != policy::BrakeReason::kTooMany; });
    }
    return reasons;
}

}  // namespace

awaitable<Result<milliseconds>> PurgeRun::step() {
    const auto lead =
        co_await services_.catalogue.jobs().lead("purge", services_.gateway, kLease, services_.deadline());
    if (lead.has_error()) co_return lead.error();
    if (!lead->held) co_return kNextPurgeLook;
    const auto clocks = co_await watch_.clocks();
    if (clocks.has_error()) co_return clocks.error();
    const auto today = services_.today();
    auto found = co_await next(today);
    if (found.has_error()) co_return found.error();
    if (!*found) co_return kNextPurgeLook;
    // Whoever accepts that the clock was set accepts the present time.
    auto reasons = still_accepted((*found)->accepted, *clocks);
    const auto jump = policy::clock_jump(*clocks, options_.limits);
    if (jump && std::erase(reasons, jump->reason) > 0) {
        auto entry = job_entry(services_, Action::kClockAccept);
        entry.ref("run", (*found)->id).reason(storage::audit::Word::of(jump->reason));
        const auto accepted = co_await watch_.accept((*found)->id, policy::text(reasons), std::move(entry));
        if (accepted.has_error()) co_return accepted.error();
        co_return milliseconds{0};  // and look anew: it may be another day now
    }
    const auto ran = co_await run(today, std::move(**found), renewal());
    if (ran.has_error()) co_return ran.error();
    co_return kNextPurgeLook;
}

/// Keeps leadership while a run works. kConflict: another gateway took over, stop.
Forget::Progress PurgeRun::renewal() {
    auto last = std::make_shared<std::chrono::steady_clock::time_point>(std::chrono::steady_clock::now());
    return [this, last] { return renew(*last); };
}

awaitable<Result<void>> PurgeRun::renew(std::chrono::steady_clock::time_point& last) {
    if (std::chrono::steady_clock::now() - last < kRenewEvery) co_return Result<void>{};
    last = std::chrono::steady_clock::now();
    const auto lead =
        co_await services_.catalogue.jobs().lead("purge", services_.gateway, kLease, services_.deadline());
    if (lead.has_error()) co_return lead.error();
    if (!lead->held) co_return policy::fail(Code::kConflict, "another gateway leads the purge now");
    co_return Result<void>{};
}

awaitable<Result<std::optional<PurgeRun::Next>>> PurgeRun::next(policy::Date today) {
    const auto runs = co_await services_.catalogue.purge().runs(1, services_.deadline());
    if (runs.has_error()) co_return runs.error();
    if (!runs->empty()) {
        const auto& newest = runs->front();
        const bool held = newest.reason == kHeldByStore && newest.finished_at &&
                          services_.clock.now() - *newest.finished_at < options_.ask_store_again;
        const bool again = newest.state == "failed" && !held && (newest.day == today || newest.accepted);
        if (again || newest.state == "queued" || newest.state == "running") co_return Next{newest.id, newest.accepted};
        if (newest.state == "stopped" || newest.day == today) co_return std::nullopt;
    }
    if (services_.clock.now() < services_.clock.start_of(today) + options_.at) co_return std::nullopt;
    co_return Next{storage::crypto::random_id<catalogue::PurgeRunId>(), std::nullopt};
}

awaitable<Result<policy::BrakeVerdict>> PurgeRun::ask_brake(std::int64_t due, Accepted accepted) {
    const auto runs = co_await services_.catalogue.purge().runs(kHistory, services_.deadline());
    if (runs.has_error()) co_return runs.error();
    std::vector<std::size_t> history;
    for (auto run = runs->rbegin(); run != runs->rend(); ++run) {
        if (run->state == "done") history.push_back(static_cast<std::size_t>(run->purged));
    }
    const auto clocks = co_await watch_.clocks();
    if (clocks.has_error()) co_return clocks.error();
    policy::Accepted seen;
    if (accepted) {
        // Of the calls that they saw, those that are still there.
        const auto left = co_await services_.catalogue.purge().due(accepted->day, services_.deadline());
        if (left.has_error()) co_return left.error();
        seen.reasons = still_accepted(accepted, *clocks);
        seen.due = static_cast<std::size_t>(std::min(accepted->due, catalogue::would_purge(*left)));
    }
    co_return policy::brake(history, static_cast<std::size_t>(due), *clocks, options_.limits, seen);
}

awaitable<Result<void>> PurgeRun::end(catalogue::PurgeRunId id, std::string state, std::string reason,
                                      Finished finished) {
    auto entry = job_entry(services_, state == "stopped" ? Action::kPurgeStop : Action::kPurgeEnd,
                           state == "done" ? storage::audit::Outcome::kDone : storage::audit::Outcome::kFailed);
    entry.ref("run", id).number("purged", finished.purged);
    if (finished.stuck > 0) entry.number("stuck", finished.stuck);
    co_return co_await services_.catalogue.purge().end_run(id, state, reason, finished.purged,
                                                           recordings::entry_bytes(entry), services_.deadline());
}

awaitable<Result<void>> PurgeRun::run(policy::Date today, Next next, Forget::Progress progress) {
    const auto found = co_await services_.catalogue.purge().due(today, services_.deadline());
    if (found.has_error()) co_return found.error();
    const auto due = catalogue::would_purge(*found);
    auto verdict = co_await ask_brake(due, next.accepted);
    if (verdict.has_error()) co_return verdict.error();
    auto entry = job_entry(services_, next.accepted ? Action::kPurgeContinue : Action::kPurgeStart);
    entry.ref("run", next.id).date("day", today).number("due", due);
    const auto begun = co_await services_.catalogue.purge().begin_run(
        next.id, today, due, catalogue::would_keep(*found), recordings::entry_bytes(entry), services_.deadline());
    if (begun.has_error()) co_return begun.error();
    if (verdict->stop()) co_return co_await stop(std::move(next), std::move(*verdict), due);
    Finished finished;
    const auto forgotten = co_await forget_all(today, std::move(progress), finished);
    if (!forgotten.has_error()) co_return co_await end(next.id, "done", "", finished);
    const bool held = finished.why == forgotten.error() && finished.why->code == Code::kDenied;
    std::string reason(held ? kHeldByStore : policy::name_of(forgotten.error().code));
    const auto noted = co_await end(next.id, "failed", std::move(reason), finished);
    if (noted.has_error()) co_return noted.error();
    if (held) co_return Result<void>{};  // nothing that trying again at once would help: next() waits
    co_return forgotten;
}

awaitable<Result<void>> PurgeRun::stop(Next next, policy::BrakeVerdict verdict, std::int64_t due) {
    const auto reasons = policy::text(verdict.reasons());
    for (const auto& finding : verdict.findings)
        services_.log.error("purge.stopped", {{"what", finding.sentence}, {"due", due}});
    const Finished nothing;
    co_return co_await end(next.id, "stopped", reasons, nothing);
}

awaitable<Result<void>> PurgeRun::forget_all(policy::Date today, Forget::Progress progress, Finished& finished) {
    const auto marked = co_await forget_.mark_due(today, progress);
    if (marked.has_error()) co_return marked.error();
    const auto keys = co_await forget_.destroy_day_keys(today, progress);
    // A day key that had to stay fails the run, after everything else was done.
    const auto purged = co_await forget_.finish_purging(progress);
    if (purged.has_error()) co_return purged.error();
    finished = *purged;
    if (keys.has_error()) co_return keys.error();
    if (finished.why) co_return *finished.why;
    services_.log.info("purge.done", {{"purged", finished.purged}, {"keys_destroyed", *keys}});
    co_return Result<void>{};
}

}  // namespace gateway::jobs
