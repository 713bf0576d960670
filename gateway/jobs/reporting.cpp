#include "gateway/jobs/reporting.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "gateway/recordings/caller.hpp"
#include "policy/brake.hpp"
#include "policy/deployment.hpp"
#include "policy/hold.hpp"

namespace gateway::jobs {

using policy::Result;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds kFiguresEvery{15'000};
constexpr std::int32_t kRunsLookedAt = 100;
constexpr milliseconds kRefusalsEvery{60'000};
constexpr milliseconds kKeySetsEvery{5'000};

void set(recordings::Services& services, std::string_view name, std::string_view help, std::int64_t value,
         observe::Labels labels = {}) {
    services.metrics.gauge(name, help, std::move(labels)).set(value);
}

/// What waits for people: reviews of assessments (rule 5) and of holds (rule 17).
boost::asio::awaitable<Result<void>> report_reviews(recordings::Services& services) {
    const auto today = services.today();
    const auto rules = services.rules.current();
    for (const auto& alert : policy::assessment_alerts(rules->deployment, today)) {
        set(services, "callvault_assessment_days_left",
            "Days until an assessment needs its review, from 30 days ahead on.", alert.days_left,
            {{"assessment", alert.id}});
    }
    const auto holds = co_await services.catalogue.rights().open_holds(services.deadline());
    if (holds.has_error()) co_return holds.error();
    const auto late = std::ranges::count_if(
        *holds, [today](const auto& hold) { return policy::hold_review_overdue(hold.review_on, today); });
    set(services, "callvault_hold_reviews_overdue", "Open holds whose review date has passed.", late);
    co_return Result<void>{};
}

/// What became of the purge: from the database, so every gateway tells the same (rule 18).
boost::asio::awaitable<Result<void>> report_purge(recordings::Services& services) {
    const auto runs = co_await services.catalogue.purge().runs(kRunsLookedAt, services.deadline());
    if (runs.has_error()) co_return runs.error();
    const bool stopped = !runs->empty() && runs->front().state == "stopped";
    const auto since = stopped ? runs->front().finished_at : std::nullopt;
    set(services, "callvault_purge_stopped", "1 while the brake holds the purge.", stopped ? 1 : 0);
    set(services, "callvault_purge_stop_unanswered", "1 when nobody has answered a stopped purge for 24 hours.",
        since && policy::stop_unanswered(*since, services.clock.now()) ? 1 : 0);
    const auto done = std::ranges::find(*runs, "done", &storage::catalogue::RunRow::state);
    if (done != runs->end() && done->finished_at) {
        const auto at = std::chrono::duration_cast<std::chrono::seconds>(done->finished_at->time_since_epoch());
        set(services, "callvault_purge_last_success_seconds", "When the last purge ended well, as Unix time.",
            at.count());
    }
    co_return Result<void>{};
}

}  // namespace

Step report_figures(recordings::Services& services) {
    const auto read = co_await services.catalogue.status().figures(services.today(), services.deadline());
    if (read.has_error()) co_return read.error();
    set(services, "callvault_recordings", "Recordings that live, as the planner estimates.", read->recordings_estimate);
    set(services, "callvault_recordings_overdue", "Due before today and not purged, counted up to 1001.",
        read->overdue);
    set(services, "callvault_recordings_purging", "On their way out, counted up to 1001.", read->purging);
    set(services, "callvault_open_plays", "Plays that are open on any gateway.", read->open_plays);
    set(services, "callvault_audit_unnumbered_entries", "Entries that wait for their place in the log.",
        read->unnumbered_entries);
    set(services, "callvault_audit_oldest_unnumbered_seconds", "Age of the oldest of them.",
        static_cast<std::int64_t>(read->oldest_unnumbered_seconds));
    set(services, "callvault_day_keys_open", "Day keys that a push may be wrapped under.", read->day_keys_open);
    set(services, "callvault_oldest_epoch_seconds", "Age of the oldest epoch key that is not destroyed.",
        read->oldest_epoch_seconds);
    set(services, "callvault_uncertified_batches", "Purged batches whose certificates are not made yet.",
        read->uncertified_batches);
    for (const auto& [kind_and_state, count] : read->jobs) {
        const auto slash = kind_and_state.find('/');
        set(services, "callvault_jobs", "Jobs by kind and state.", count,
            {{"kind", kind_and_state.substr(0, slash)}, {"state", kind_and_state.substr(slash + 1)}});
    }
    const auto purge = co_await report_purge(services);
    if (purge.has_error()) co_return purge.error();
    const auto rights = co_await report_reviews(services);
    if (rights.has_error()) co_return rights.error();
    co_return kFiguresEvery;
}

Step write_refusals(recordings::Services& services) {
    const auto count = services.refusals.take();
    if (count == 0) co_return kRefusalsEvery;
    storage::audit::Entry entry(services.clock.now(), {storage::audit::ActorKind::kService, {}, {}},
                                storage::audit::Action::kUnauthenticated, storage::audit::Outcome::kDeny);
    entry.number("count", static_cast<std::int64_t>(count));
    const auto written = co_await recordings::record(services, std::move(entry));
    if (written.has_error()) {
        services.refusals.add(count);
        co_return written.error();
    }
    co_return kRefusalsEvery;
}

Step reload_key_sets(recordings::Services& services, recordings::PlayRegistry& plays) {
    const auto reloaded = co_await services.authenticator.reload_keys(services.vault_pool);
    if (reloaded.lost_a_key) {
        services.log.warning("keys.taken_back", {{"plays", plays.size()}});
        plays.end_all(recordings::PlayEnd::kRevoked);
    }
    if (reloaded.failed) co_return *reloaded.failed;
    co_return kKeySetsEvery;
}

}  // namespace gateway::jobs
