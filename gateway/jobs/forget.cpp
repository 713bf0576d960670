#include "gateway/jobs/forget.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <span>
#include <utility>

#include "gateway/jobs/dark.hpp"
#include "gateway/jobs/job_entry.hpp"
#include "gateway/recordings/stored_recording.hpp"
#include "policy/retention.hpp"
#include "storage/async/crash_point.hpp"
#include "storage/audit/certificate.hpp"
#include "storage/crypto/encoding.hpp"
#include "storage/crypto/random.hpp"

namespace gateway::jobs {

using boost::asio::awaitable;
using policy::Code;
using policy::KeyId;
using policy::Result;
using storage::audit::Action;
using storage::audit::LedgerKind;
using storage::catalogue::PurgingRow;
namespace audit = storage::audit;
namespace catalogue = storage::catalogue;
namespace objects = storage::objects;

namespace {

constexpr std::int32_t kMarkAtOnce = 1000;
constexpr std::int32_t kBatch = 500;
constexpr int kMostConflicts = 20;

audit::Word ground_word(const std::string& ground) {
    if (ground == "withdrawal") return "withdrawal";
    if (ground == "erasure") return "erasure";
    return "retention_over";
}

}  // namespace

awaitable<Result<void>> Forget::mark_due(policy::Date today, Progress progress) {
    const auto kept = co_await keeper_.keep_all(today);
    if (kept.has_error()) co_return kept.error();
    CALLVAULT_CRASH_POINT("purge.kept");
    while (true) {
        const auto marked = co_await services_.catalogue.purge().mark_due(today, kMarkAtOnce, services_.deadline());
        if (marked.has_error()) co_return marked.error();
        if (*marked == 0) break;
        const auto going = co_await progress();
        if (going.has_error()) co_return going.error();
    }
    services_.data_keys.drop_all();
    CALLVAULT_CRASH_POINT("purge.marked");
    co_return Result<void>{};
}

/// Closed first, so that no push can wrap under it any more; then what came in until then is marked or kept too. The
/// ledger announces, the vault destroys, the catalogue notes. The key is gone before any object is touched.
awaitable<Result<void>> Forget::destroy_day_key(catalogue::DayKey key, Progress progress) {
    auto& keys = services_.catalogue.keys();
    auto closing = job_entry(services_, Action::kKeyClose);
    closing.ref("key", key.key).date("purge_date", key.purge_date);
    const auto closed =
        co_await keys.close_day_key(key.purge_date, recordings::entry_bytes(closing), services_.deadline());
    if (closed.has_error()) co_return closed.error();
    services_.keys.forget(key.purge_date);
    CALLVAULT_CRASH_POINT("purge.key_closed");
    const auto marked = co_await mark_due(key.purge_date, progress);
    if (marked.has_error()) co_return marked.error();
    const auto keepers = co_await keys.day_key_keepers(key.purge_date, services_.deadline());
    if (keepers.has_error()) co_return keepers.error();
    if (*keepers > 0) co_return policy::fail(Code::kUnavailable, "recordings to keep still hang on a day key");

    audit::LedgerEvent event;
    event.kind = LedgerKind::kDayKeyDestroyed;
    event.at = services_.clock.now();
    event.key = key.key;
    event.date = key.purge_date;
    const auto announced = co_await ledger_.append(std::move(event), services_.deadline());
    if (announced.has_error()) co_return announced.error();
    CALLVAULT_CRASH_POINT("purge.announced");

    auto& vault = services_.vault;
    const KeyId id = key.key;
    const auto destroyed = co_await services_.vault_pool.run([&vault, id] { return vault.destroy(id); });
    if (destroyed.has_error()) co_return destroyed.error();
    CALLVAULT_CRASH_POINT("purge.key_destroyed");
    auto entry = job_entry(services_, Action::kKeyDestroy);
    entry.ref("key", key.key).date("purge_date", key.purge_date);
    co_return co_await keys.day_key_destroyed(key.purge_date, key.key, recordings::entry_bytes(entry),
                                              services_.deadline());
}

awaitable<Result<std::int64_t>> Forget::destroy_day_keys(policy::Date today, Progress progress) {
    const auto ending = co_await services_.catalogue.keys().day_keys_to_destroy(today, services_.deadline());
    if (ending.has_error()) co_return ending.error();
    std::int64_t count = 0;
    std::optional<policy::Error> stuck;
    for (const auto& key : *ending) {
        const auto destroyed = co_await destroy_day_key(key, progress);
        if (destroyed.has_error()) {  // the other days do not wait for this one
            services_.log.error("purge.day_key_stays",
                                {{"date", policy::text(key.purge_date)}, {"what", destroyed.error().what}});
            stuck = destroyed.error();
            continue;
        }
        ++count;
        const auto going = co_await progress();
        if (going.has_error()) co_return going.error();
    }
    if (stuck) co_return *stuck;
    co_return count;
}

/// What the certificate of each recording will say: written down before the rows go.
awaitable<Result<std::vector<catalogue::PurgedLeaf>>> Forget::leaves(const std::vector<PurgingRow>& rows) {
    const auto now = services_.clock.now();
    const auto kind = audit::Word::from_configuration(services_.vault.kind());
    if (kind.has_error()) co_return kind.error();
    const auto digest = storage::crypto::from_hex(services_.rules.current()->digest);
    std::map<KeyId, catalogue::KeyState> keys;
    std::vector<catalogue::PurgedLeaf> out;
    for (const auto& row : rows) {
        audit::Deletion deletion;
        deletion.record = row.id;
        deletion.ground = ground_word(row.ground);
        deletion.decided = now;
        deletion.executed = now;
        deletion.refused_since = row.refused_since;
        deletion.vault = *kind;
        deletion.actor = {audit::ActorKind::kJob, {}, {}};
        deletion.dark_by = policy::add_days(services_.today(), static_cast<int>(kDarkAfter.count()));
        if (digest && digest->size() == deletion.configuration.size())
            std::ranges::copy(*digest, deletion.configuration.begin());
        if (row.keep_key) {
            deletion.key = *row.keep_key;
            deletion.key_destroyed = false;
        } else {
            if (!keys.contains(row.day_key)) {
                const auto key = co_await services_.catalogue.keys().day_key_of(row.day_key, services_.deadline());
                if (key.has_error() && key.error().code != Code::kNotFound) co_return key.error();
                // One that the catalogue never knew is not said to be destroyed.
                keys[row.day_key] = key.has_value() ? key->state : catalogue::KeyState::kPlanned;
            }
            deletion.key = row.day_key;
            deletion.key_destroyed = keys[row.day_key] == catalogue::KeyState::kDestroyed;
        }
        deletion.stores.push_back({"objects", true, static_cast<std::uint32_t>(row.objects.size()), 0, now});
        deletion.stores.push_back({"catalogue", true, 1, 0, now});
        const auto statement = audit::statement_of(deletion);
        const auto bytes = std::as_bytes(std::span(statement));
        out.push_back({row.id, {bytes.begin(), bytes.end()}});
    }
    co_return out;
}

/// An erasure is in the ledger before anything of it goes, whoever finishes it: a copy of yesterday must not bring it
/// back. Those that are due anyway are there with their day key.
awaitable<Result<void>> Forget::announce(std::vector<PurgingRow> rows) {
    if (rows.empty()) co_return Result<void>{};
    audit::LedgerEvent event;
    event.kind = LedgerKind::kRecordingsErased;
    event.at = services_.clock.now();
    event.ground = std::string(ground_word(rows.front().ground).text());
    for (const auto& row : rows) {
        const auto stored = co_await services_.catalogue.recordings().facts(row.id, services_.deadline());
        if (stored.has_error() && stored.error().code == Code::kNotFound) continue;
        if (stored.has_error()) co_return stored.error();
        const auto fields = co_await recordings::open_fields(services_, *stored);
        if (fields.has_error() && !recordings::is_dark(fields.error().code)) co_return fields.error();
        if (fields.has_value()) event.recordings.push_back(fields->log_id);
        event.references.push_back(stored->ref_mac);
    }
    if (event.references.empty()) co_return Result<void>{};
    const auto announced = co_await ledger_.append(std::move(event), services_.deadline());
    if (announced.has_error()) co_return announced.error();
    co_return Result<void>{};
}

awaitable<Result<bool>> Forget::finish_batch(std::vector<PurgingRow> rows) {
    std::vector<objects::ObjectName> names;
    for (const auto& row : rows) {
        for (const auto& text : row.objects) {
            auto name = objects::ObjectName::parse(text);
            if (name.has_error()) co_return name.error();
            names.push_back(std::move(*name));
        }
    }
    const auto removed = co_await services_.objects.remove_many(std::move(names), services_.deadline());
    if (removed.has_error()) co_return removed.error();
    CALLVAULT_CRASH_POINT("purge.objects_removed");
    auto gone = co_await leaves(rows);
    if (gone.has_error()) co_return gone.error();
    std::vector<std::string> statements;
    for (const auto& leaf : *gone) {
        statements.emplace_back(reinterpret_cast<const char*>(leaf.leaf.data()), leaf.leaf.size());
    }
    const auto batch = audit::CertificateBatch::of(std::move(statements));
    if (batch.has_error()) co_return batch.error();
    auto entry = job_entry(services_, Action::kPurgeBatch);
    entry.reason(ground_word(rows.front().ground));
    batch->describe(entry);
    const auto finished = co_await services_.catalogue.purge().finish(
        storage::crypto::random_id<catalogue::BatchId>(), *gone, services_.today(), rows.front().ground,
        recordings::entry_bytes(entry), services_.deadline());
    CALLVAULT_CRASH_POINT("purge.finished");
    if (finished.has_error() && finished.error().code != Code::kConflict) co_return finished.error();
    co_return finished.has_value();
}

void Forget::note_stuck(const std::vector<PurgingRow>& rows, const policy::Error& why, Finished& out) {
    services_.log.error("purge.stuck",
                        {{"recordings", rows.size()}, {"code", policy::name_of(why.code)}, {"what", why.what}});
    out.stuck += static_cast<std::int64_t>(rows.size());
    // What may pass counts more than what the store holds: it is tried again sooner.
    if (!out.why || (out.why->code == Code::kDenied && why.code != Code::kDenied)) out.why = why;
}

/// For the certificate, which says since when the store held them. Failing to note it stops nothing.
awaitable<void> Forget::note_refused(const std::vector<PurgingRow>& rows) {
    std::vector<policy::RecordingId> ids;
    for (const auto& row : rows) ids.push_back(row.id);
    const auto noted = co_await services_.catalogue.purge().refused(ids, services_.clock.now(), services_.deadline());
    if (noted.has_error()) services_.log.warning("purge.refusal_not_noted", {{"what", noted.error().what}});
}

awaitable<bool> Forget::finish_rows(std::vector<PurgingRow> rows, const std::set<policy::RecordingId>& announced,
                                    Finished& out) {
    if (rows.front().ground != "retention") {
        std::vector<PurgingRow> untold;
        std::ranges::copy_if(rows, std::back_inserter(untold),
                             [&](const PurgingRow& row) { return !announced.contains(row.id); });
        const auto told = co_await announce(std::move(untold));
        if (told.has_error()) {
            note_stuck(rows, told.error(), out);
            co_return true;
        }
    }
    std::vector<std::vector<PurgingRow>> parts;
    parts.push_back(std::move(rows));
    while (!parts.empty()) {
        auto part = std::move(parts.back());
        parts.pop_back();
        const auto finished = co_await finish_batch(part);
        if (finished.has_value() && !*finished) co_return false;
        if (finished.has_value()) {
            out.purged += static_cast<std::int64_t>(part.size());
        } else if (finished.error().code == Code::kDenied && part.size() > 1) {
            // The store holds some of them: in halves, until they are alone.
            const auto half = part.begin() + static_cast<std::ptrdiff_t>(part.size() / 2);
            parts.emplace_back(half, part.end());
            parts.emplace_back(part.begin(), half);
        } else {
            if (finished.error().code == Code::kDenied) co_await note_refused(part);
            note_stuck(part, finished.error(), out);
        }
    }
    co_return true;
}

awaitable<Result<Finished>> Forget::finish_purging(Progress progress, std::set<policy::RecordingId> announced) {
    Finished out;
    int conflicts = 0;
    std::optional<catalogue::PurgeCursor> after;
    while (true) {
        const auto page = co_await services_.catalogue.purge().purging(after, kBatch, services_.deadline());
        if (page.has_error()) co_return page.error();
        if (page->empty()) co_return out;
        const auto going = co_await progress();
        if (going.has_error()) co_return going.error();
        after = catalogue::PurgeCursor{page->back().purge_date, page->back().id};
        std::map<std::string, std::vector<PurgingRow>> by_ground;
        for (const auto& row : *page) by_ground[row.ground].push_back(row);
        for (auto& [ground, rows] : by_ground) {
            const bool as_listed = co_await finish_rows(std::move(rows), announced, out);
            if (as_listed) continue;
            if (++conflicts > kMostConflicts)
                co_return policy::fail(Code::kUnavailable, "rows that are purging kept changing");
            // The next listing leaves out what is gone, and tries anew what is stuck.
            after.reset();
            out.stuck = 0;
            out.why.reset();
        }
    }
}

awaitable<Result<bool>> Forget::opposed(policy::RecordingId id) {
    const auto rows = co_await services_.catalogue.rights().restrictions(id, services_.deadline());
    if (rows.has_error()) co_return rows.error();
    co_return std::ranges::any_of(*rows, [](const catalogue::RestrictionRow& row) {
        const auto ground = policy::parse_restriction_ground(row.ground);
        return !row.lifted_at && ground && policy::opposes_erasure(*ground);
    });
}

awaitable<Result<void>> Forget::erase(policy::RecordingId id, std::string ground, policy::Date day) {
    const auto stored = co_await services_.catalogue.recordings().facts(id, services_.deadline());
    if (stored.has_error() && stored.error().code == Code::kNotFound) co_return Result<void>{};
    if (stored.has_error()) co_return stored.error();
    const auto fields = co_await recordings::open_fields(services_, *stored);
    if (fields.has_error() && stored->access.state == "live") co_return fields.error();
    auto entry = job_entry(services_, Action::kErasure);
    entry.reason(ground_word(ground));
    if (fields.has_value()) entry.recording(fields->log_id);
    const auto kept = co_await opposed(id);
    if (kept.has_error()) co_return kept.error();
    const auto marked = co_await services_.catalogue.purge().mark_erasure(
        id, stored->access.version, ground, day, !*kept, recordings::entry_bytes(entry), services_.deadline());
    if (marked.has_error() && marked.error().code == Code::kNotFound) co_return Result<void>{};
    if (marked.has_error()) co_return marked.error();
    plays_.end_recording(id, recordings::PlayEnd::kRevoked);
    CALLVAULT_CRASH_POINT("erase.marked");
    PurgingRow row;
    row.id = id;
    row.purge_date = stored->row.purge_date;
    row.day_key = stored->day_key;
    row.keep_key = stored->access.keep_key;
    row.ground = ground;
    for (const auto& object : stored->objects) row.objects.push_back(object.name);
    std::vector<PurgingRow> rows;
    rows.push_back(std::move(row));
    const auto announced = co_await announce(rows);
    if (announced.has_error()) co_return announced.error();
    CALLVAULT_CRASH_POINT("erase.announced");
    // False: the purge took it meanwhile, which is as good.
    const auto finished = co_await finish_batch(std::move(rows));
    if (finished.has_error()) co_return finished.error();
    co_return Result<void>{};
}

}  // namespace gateway::jobs
