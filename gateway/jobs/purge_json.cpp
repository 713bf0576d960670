#include "gateway/jobs/purge_json.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "policy/retention.hpp"

namespace gateway::jobs {

namespace catalogue = storage::catalogue;
namespace json = boost::json;

namespace {

/// The brake's reason in the words of the API.
std::string_view brake_word(policy::BrakeReason reason) {
    switch (reason) {
        case policy::BrakeReason::kTooMany:
            return "too_many";
        case policy::BrakeReason::kClockMovedBack:
        case policy::BrakeReason::kClockMovedForward:
        case policy::BrakeReason::kLongSilence:
            return "clock_jump";
        case policy::BrakeReason::kDatabaseClock:
        case policy::BrakeReason::kStoreClock:
            return "clocks_disagree";
    }
    return {};
}

json::array brake_json(const std::vector<policy::BrakeReason>& reasons) {
    json::array out;
    for (const auto reason : reasons) {
        const auto word = brake_word(reason);
        if (std::ranges::find(out, json::value(word)) == out.end()) out.emplace_back(word);
    }
    return out;
}

/// How many a rule keeps, with the rule as policy words it.
void put_kept(json::array& out, const policy::KeepFacts& facts, policy::Date today, std::int64_t count) {
    if (count == 0) return;
    const auto verdict = policy::keep_or_erase(facts, today);
    out.emplace_back(
        json::object{{"rule", json::object{{"id", verdict.rule_id}, {"text", verdict.rule}}}, {"count", count}});
}

json::array kept_json(policy::Date today, const catalogue::DueSummary& due) {
    json::array out;
    policy::KeepFacts held;
    held.purge_date = today;
    held.open_holds = 1;
    put_kept(out, held, today, due.kept_by_hold);
    policy::KeepFacts restricted;
    restricted.purge_date = today;
    restricted.restriction = policy::RestrictionGround::kAccuracy;
    put_kept(out, restricted, today, due.kept_by_restriction);
    policy::KeepFacts statutory;
    statutory.purge_date = today;
    statutory.statutory_class = "(each its own)";
    statutory.statutory_until = policy::add_days(today, 1);
    put_kept(out, statutory, today, due.kept_by_class);
    return out;
}

}  // namespace

json::object run_json(const catalogue::RunRow& run, policy::Date today) {
    const bool held = run.state == "failed" && run.reason == kHeldByStore;
    const bool retried = run.state == "failed" && !held && (run.day == today || run.accepted);
    json::object out{{"id", run.id.text()},
                     {"date", policy::text(run.day)},
                     {"state", retried ? "running" : run.state},
                     {"queued_at", policy::text(run.queued_at)},
                     {"due", run.due},
                     {"purged", run.purged},
                     {"kept", run.kept},
                     {"failed", run.state == "failed" ? std::max<std::int64_t>(run.due - run.purged, 0) : 0}};
    if (run.started_at) out["started_at"] = policy::text(*run.started_at);
    if (run.finished_at) out["finished_at"] = policy::text(*run.finished_at);
    if (held) out["held_by_store"] = true;
    if (run.state == "stopped") out["brake"] = brake_json(policy::brake_reasons(run.reason));
    if (run.accepted) out["accepted"] = brake_json(policy::brake_reasons(run.accepted->reasons));
    return out;
}

json::object preview_json(policy::Date today, const catalogue::DueSummary& due,
                          const std::vector<catalogue::DueOfAge>& ages, const policy::BrakeVerdict& brake) {
    std::int64_t count = 0;
    std::int64_t bytes = 0;
    json::array histogram;
    for (const auto& age : ages) {
        count += age.count;
        bytes += age.sealed_bytes;
        histogram.emplace_back(json::object{{"months", age.months}, {"count", age.count}});
    }
    json::object out{{"date", policy::text(today)}, {"count", count}, {"bytes", bytes}};
    out["age_histogram"] = std::move(histogram);
    out["kept"] = kept_json(today, due);
    if (brake.stop()) out["brake"] = brake_json(brake.reasons());
    return out;
}

}  // namespace gateway::jobs
