#include "gateway/jobs/ledger_rights.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "gateway/jobs/job_entry.hpp"
#include "gateway/recordings/case_ref.hpp"
#include "gateway/recordings/erase_job.hpp"
#include "gateway/recordings/personal_fields.hpp"
#include "gateway/recordings/stored_recording.hpp"
#include "storage/async/crash_point.hpp"
#include "storage/crypto/random.hpp"
#include "storage/keys/recording_secret.hpp"

namespace gateway::jobs {

using boost::asio::awaitable;
using policy::Code;
using policy::LogId;
using policy::RecordingId;
using policy::RestrictionId;
using policy::Result;
using storage::audit::Action;
using storage::audit::LedgerEvent;
using storage::audit::LedgerKind;
using storage::catalogue::RestrictionRow;
namespace catalogue = storage::catalogue;
namespace keys = storage::keys;

namespace {

constexpr std::int32_t kPage = 500;
constexpr int kReviewInDays = 14;
constexpr const char* kBy = "ledger-replay";  ///< Where a person's pseudonym stands otherwise.
constexpr const char* kUnknown = "restored from the deletion ledger";

}  // namespace

awaitable<Result<bool>> right_stands(recordings::Services& services, LedgerEvent event) {
    const auto id =
        event.restriction ? policy::HoldId(event.restriction->bytes()) : event.hold.value_or(policy::HoldId{});
    if (!event.restriction && !event.hold) co_return false;
    const auto known = co_await services.catalogue.replaying().right(id, services.deadline());
    if (known.has_error()) co_return known.error();
    const bool lifts = event.kind == LedgerKind::kHoldLifted || event.kind == LedgerKind::kRestrictionLifted;
    co_return lifts ? known->lifted : known->set;
}

awaitable<Result<void>> LedgerRights::apply() {
    const auto open = co_await lacking();
    if (open.has_error()) co_return open.error();
    const auto found = co_await find(*open);
    if (found.has_error()) co_return found.error();
    for (const auto& record : *open) {
        const auto acted = co_await act(record.event);
        if (acted.has_error()) co_return acted.error();
        CALLVAULT_CRASH_POINT("replay.right");
    }
    co_return Result<void>{};
}

/// Those that name recordings and whose act the database lacks, for all that it can tell.
awaitable<Result<LedgerRights::Records>> LedgerRights::lacking() {
    Records out;
    for (const auto& record : records_) {
        const auto kind = record.event.kind;
        if (kind == LedgerKind::kDayKeyDestroyed || kind == LedgerKind::kKeepKeyDestroyed) continue;
        const auto stands = co_await right_stands(services_, record.event);
        if (stands.has_error()) co_return stands.error();
        if (!*stands) out.push_back(record);
    }
    co_return out;
}

awaitable<Result<void>> LedgerRights::find(const Records& records) {
    for (const auto& record : records) wanted_.insert(record.event.recordings.begin(), record.event.recordings.end());
    if (wanted_.empty()) co_return Result<void>{};
    for (const auto& record : records_) {
        if (record.event.key) destroyed_.insert(*record.event.key);
    }
    RecordingId after;
    while (true) {
        const auto page = co_await services_.catalogue.replaying().wraps(after, kPage, services_.deadline());
        if (page.has_error()) co_return page.error();
        if (page->empty()) break;
        after = page->back().id;
        const auto looked = co_await find_in(*page);
        if (looked.has_error()) co_return looked.error();
    }
    if (done_.unopened > 0) services_.log.warning("ledger.unopened", {{"recordings", done_.unopened}});
    co_return Result<void>{};
}

awaitable<Result<void>> LedgerRights::find_in(const std::vector<catalogue::Wrap>& page) {
    std::vector<std::pair<keys::SecretPlace, const catalogue::Wrap*>> places;
    for (const auto& wrap : page) {
        const auto epoch = co_await services_.keys.epoch_of(wrap.secret.epoch, services_.deadline());
        if (epoch.has_error() && epoch.error().code != Code::kNotFound) co_return epoch.error();
        if (epoch.has_error()) {
            ++done_.unopened;
        } else {
            places.emplace_back(keys::SecretPlace{wrap.id, wrap.purge_date, wrap.key, *epoch}, &wrap);
        }
    }
    auto& vault = services_.vault;
    co_return co_await services_.vault_pool.run([this, &vault, &places]() -> Result<void> {
        for (const auto& [place, wrap] : places) {
            const auto opened = keys::open_recording_fields(vault, place, wrap->secret.sealed);
            if (opened.has_error() && !recordings::is_dark(opened.error().code)) return opened.error();
            const auto fields = opened.has_error() ? Result<recordings::PersonalFields>(opened.error())
                                                   : recordings::personal_fields_from(*opened);
            if (fields.has_error()) {
                if (!destroyed_.contains(wrap->key)) ++done_.unopened;
            } else if (wanted_.contains(fields->log_id)) {
                known_[fields->log_id] = {wrap->id, wrap->purge_date};
            }
        }
        return {};
    });
}

awaitable<Result<void>> LedgerRights::act(const LedgerEvent& event) {
    if (event.kind == LedgerKind::kHoldSet) co_return co_await set_hold(event);
    if (event.kind == LedgerKind::kHoldLifted) co_return co_await lift_hold(event);
    if (event.kind == LedgerKind::kRestrictionLifted) co_return co_await lift(event);
    for (const auto& log_id : event.recordings) {
        if (!known_.contains(log_id)) continue;
        Result<void> done;
        if (event.kind == LedgerKind::kRecordingsErased) {
            done = co_await erase(event, log_id);
        } else {
            done = co_await restrict(event, log_id);
        }
        if (done.has_error()) co_return done.error();
    }
    co_return co_await forbid(event);
}

awaitable<Result<void>> LedgerRights::set_hold(const LedgerEvent& event) {
    std::vector<RecordingId> living;
    for (const auto& log_id : event.recordings) {
        if (const auto known = known_.find(log_id); known != known_.end()) living.push_back(known->second.id);
    }
    if (living.empty()) co_return Result<void>{};
    const auto matter = co_await recordings::case_id(services_, "matter", kUnknown);
    if (matter.has_error()) co_return matter.error();
    const auto owner = co_await recordings::case_id(services_, "owner", kUnknown);
    if (owner.has_error()) co_return owner.error();
    const auto review_on = policy::add_days(services_.today(), kReviewInDays);
    auto entry = job_entry(services_, Action::kHoldSet);
    entry.ref("hold", *event.hold).reason("ledger_replay").date("review_on", review_on);
    entry.number("recordings", static_cast<std::int64_t>(living.size()));
    catalogue::NewHold hold{*event.hold, matter->text(), kBy, review_on, owner->text(), false};
    std::vector<catalogue::NewJob> no_jobs;
    const auto set = co_await services_.catalogue.rights().hold(hold, living, no_jobs, recordings::entry_bytes(entry),
                                                                services_.deadline());
    if (set.has_error()) co_return set.error();
    done_.holds_set += static_cast<std::int64_t>(set->size());
    co_return Result<void>{};
}

awaitable<Result<void>> LedgerRights::lift_hold(const LedgerEvent& event) {
    auto entry = job_entry(services_, Action::kHoldRelease);
    entry.ref("hold", *event.hold).reason("ledger_replay");
    const auto released = co_await services_.catalogue.rights().release_hold(
        *event.hold, recordings::entry_bytes(entry), services_.deadline());
    if (released.has_error() && released.error().code == Code::kNotFound) co_return Result<void>{};
    if (released.has_error()) co_return released.error();
    ++done_.holds_lifted;
    co_return Result<void>{};
}

awaitable<Result<void>> LedgerRights::erase(const LedgerEvent& event, LogId log_id) {
    const std::string ground = event.ground == "withdrawal" ? "withdrawal" : "erasure";
    auto entry = job_entry(services_, Action::kErasure);
    entry.recording(log_id).reason("ledger_replay");
    const auto marked =
        co_await services_.catalogue.purge().mark_erasure(known_.at(log_id).id, std::nullopt, ground, services_.today(),
                                                          true, recordings::entry_bytes(entry), services_.deadline());
    if (marked.has_error() && marked.error().code == Code::kNotFound) co_return Result<void>{};
    if (marked.has_error() && marked.error().code == Code::kConflict) {  // a class that keeps it: people must look
        services_.log.error("ledger.kept", {{"log_id", log_id.text()}});
        ++done_.refused;
        co_return Result<void>{};
    }
    if (marked.has_error()) co_return marked.error();
    erased_.insert(known_.at(log_id).id);
    known_.erase(log_id);
    ++done_.erased;
    co_return Result<void>{};
}

/// A withdrawal's restriction has its recording's id (gateway/recordings/withdraw_consent.cpp), and is followed by its
/// erasure.
awaitable<Result<void>> LedgerRights::restrict(const LedgerEvent& event, LogId log_id) {
    const Known known = known_.at(log_id);
    const RecordingId recording = known.id;
    const auto id = event.restriction.value_or(RestrictionId(recording.bytes()));
    const auto rows = co_await services_.catalogue.rights().restrictions(recording, services_.deadline());
    if (rows.has_error()) co_return rows.error();
    if (std::ranges::find(*rows, id, &RestrictionRow::id) != rows->end()) co_return Result<void>{};
    std::vector<catalogue::NewJob> jobs;
    if (event.ground == "withdrawal") {
        const auto delay = recordings::left_of_withdrawal(services_, event.at, known.purge_date);
        jobs.push_back(recordings::erase_job(recording, "withdrawal", delay));
    }
    auto entry = job_entry(services_, Action::kRestrictionSet);
    entry.recording(log_id).ref("restriction", id).reason("ledger_replay");
    const catalogue::NewRestriction row{id, recording, event.ground, kBy};
    const auto set =
        co_await services_.catalogue.rights().restrict(row, jobs, recordings::entry_bytes(entry), services_.deadline());
    if (set.has_error() && set.error().code == Code::kNotFound) co_return Result<void>{};
    if (set.has_error()) co_return set.error();
    ++done_.restrictions_set;
    co_return Result<void>{};
}

awaitable<Result<void>> LedgerRights::lift(const LedgerEvent& event) {
    if (!event.restriction)
        co_return policy::fail(Code::kCorrupt, "a ledger record lifts a restriction without naming it");
    auto entry = job_entry(services_, Action::kRestrictionLift);
    entry.ref("restriction", *event.restriction).reason("ledger_replay");
    const auto lifted = co_await services_.catalogue.rights().lift(
        *event.restriction, kBy, "", recordings::entry_bytes(entry), services_.deadline());
    if (lifted.has_error() && lifted.error().code == Code::kNotFound) co_return Result<void>{};
    if (lifted.has_error()) co_return lifted.error();
    ++done_.restrictions_lifted;
    co_return Result<void>{};
}

/// Whose recording this copy never knew, because it came and went after it: it must not come again.
awaitable<Result<void>> LedgerRights::forbid(const LedgerEvent& event) {
    for (const auto& reference : event.references) {
        auto entry = job_entry(services_, Action::kErasure);
        entry.reason("ledger_replay");
        const catalogue::Tombstone stone{storage::crypto::random_id<RecordingId>(), services_.today(), event.ground};
        const auto forbidden = co_await services_.catalogue.recordings().forbid(
            reference, stone, recordings::entry_bytes(entry), services_.deadline());
        if (forbidden.has_error() && forbidden.error().code == Code::kConflict) continue;
        if (forbidden.has_error()) co_return forbidden.error();
        ++done_.forbidden;
    }
    co_return Result<void>{};
}

}  // namespace gateway::jobs
