#include "gateway/jobs/keeper.hpp"

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include "gateway/jobs/dark.hpp"
#include "gateway/jobs/job_entry.hpp"
#include "gateway/jobs/rewrap.hpp"
#include "gateway/recordings/stored_recording.hpp"
#include "policy/passing.hpp"
#include "storage/async/crash_point.hpp"

namespace gateway::jobs {

using boost::asio::awaitable;
using policy::Code;
using policy::KeyId;
using policy::Result;
using storage::catalogue::KeyState;
using storage::keys::KeyPurpose;
namespace catalogue = storage::catalogue;

namespace {

constexpr std::int32_t kPage = 100;
constexpr int kDaysAhead = 14;  ///< What is lifted or released before stays under its day key.
constexpr std::chrono::seconds kNextKeeping{60};

std::string month_of(policy::Date date) {
    return policy::text(date).substr(0, 7);
}

std::string label_of(const recordings::Services& services, const catalogue::ToKeep& recording) {
    if (recording.hold) return "hold-" + recording.hold->text();
    const auto recorded_on = services.clock.local_date(recording.started_at);
    if (!recording.retention_class.empty()) return "class-" + recording.retention_class + "-" + month_of(recorded_on);
    return "restriction-" + month_of(services.today());
}

}  // namespace

awaitable<Result<KeyId>> Keeper::keep_key(std::string label) {
    const auto known = co_await services_.catalogue.keys().keep_keys(services_.deadline());
    if (known.has_error()) co_return known.error();
    const auto found = std::ranges::find_if(*known, [&label](const catalogue::KeepKey& key) {
        return key.label == label && key.state != KeyState::kClosed;
    });
    if (found != known->end() && found->state == KeyState::kOpen) co_return found->key;
    KeyId key;
    if (found != known->end() && found->state == KeyState::kPlanned) {
        key = found->key;
    } else {
        auto& vault = services_.vault;
        const auto made =
            co_await services_.vault_pool.run([&vault, &label] { return vault.create(KeyPurpose::kKeep, label); });
        if (made.has_error()) co_return made.error();
        const auto counts = co_await services_.catalogue.keys().plan_keep_key(label, *made, services_.deadline());
        if (counts.has_error()) co_return counts.error();
        key = counts->key;
        if (key != *made) {
            const KeyId own = *made;
            const auto removed = co_await services_.vault_pool.run([&vault, own] { return vault.destroy(own); });
            if (removed.has_error()) co_return removed.error();
        }
    }
    auto& copies = services_.vault;
    const auto held = co_await services_.vault_pool.run([&copies, key] { return copies.usable(key); });
    if (held.has_error()) co_return held.error();
    if (!*held) co_return policy::fail(Code::kUnavailable, "a keep key is not in every copy of the vault yet");
    const auto opened = co_await services_.catalogue.keys().open_keep_key(key, services_.deadline());
    if (opened.has_error()) co_return opened.error();
    co_return key;
}

awaitable<Result<void>> Keeper::keep(const catalogue::ToKeep& recording) {
    const auto stored = co_await services_.catalogue.recordings().facts(recording.id, services_.deadline());
    if (stored.has_error() && stored.error().code == Code::kNotFound)
        co_return policy::fail(Code::kConflict, "the recording is gone");
    if (stored.has_error()) co_return stored.error();
    const auto fields = co_await recordings::open_fields(services_, *stored);
    if (fields.has_error()) co_return fields.error();
    const auto key = co_await keep_key(label_of(services_, recording));
    if (key.has_error()) co_return key.error();
    CALLVAULT_CRASH_POINT("keep.key_made");
    auto fresh = co_await rewrap(services_, *stored, *fields, *key);
    if (fresh.has_error()) co_return fresh.error();
    auto entry = job_entry(services_, storage::audit::Action::kKeyCreate);
    entry.recording(fields->log_id).ref("key", *key).reason("rewrapped");
    co_return co_await services_.catalogue.keys().rewrapped(recording.id, recording.version, stored->secret.sealed,
                                                            std::move(fresh->secret), fresh->tokens, *key,
                                                            recordings::entry_bytes(entry), services_.deadline());
}

awaitable<Result<void>> Keeper::keep_all(policy::Date before) {
    while (true) {
        const auto round = co_await keep_round(before);
        if (round.has_error()) co_return round.error();
        if (round->changed == 0) co_return Result<void>{};
        // Nothing moved although something was there: somebody else changes the same rows; look again later.
        if (round->kept == 0) co_return policy::fail(Code::kUnavailable, "recordings to keep kept changing");
    }
}

awaitable<Result<Keeper::Round>> Keeper::keep_round(policy::Date before) {
    Round out;
    std::optional<catalogue::PurgeCursor> after;
    while (true) {
        const auto page = co_await services_.catalogue.keys().to_keep(before, after, kPage, services_.deadline());
        if (page.has_error()) co_return page.error();
        if (page->empty()) co_return out;
        after = catalogue::PurgeCursor{page->back().purge_date, page->back().id};
        for (const auto& recording : *page) {
            const auto kept = co_await keep(recording);
            if (kept.has_value()) {
                ++out.kept;
            } else if (policy::may_pass(kept.error().code)) {
                co_return kept.error();
            } else if (kept.error().code == Code::kConflict) {
                ++out.changed;
            } else {  // Its day key stays until somebody has looked at it; nothing else waits for it.
                services_.log.error("keep.failed", {{"recording", recording.id.text()}, {"what", kept.error().what}});
                services_.metrics.counter("callvault_keep_failures_total", "Recordings that could not be rewrapped.")
                    .add();
            }
        }
    }
}

awaitable<Result<std::chrono::milliseconds>> Keeper::step() {
    const auto kept = co_await keep_all(policy::add_days(services_.today(), kDaysAhead));
    if (kept.has_error()) co_return kept.error();
    const auto dropped = co_await drop_unused();
    if (dropped.has_error()) co_return dropped.error();
    co_return std::chrono::milliseconds{kNextKeeping};
}

awaitable<Result<void>> Keeper::drop_unused() {
    const auto unused =
        co_await services_.catalogue.keys().unused_keep_keys(std::chrono::hours(1), kDarkAfter, services_.deadline());
    if (unused.has_error()) co_return unused.error();
    for (const auto& keep : *unused) {
        const auto closed = co_await services_.catalogue.keys().close_keep_key(keep.key, services_.deadline());
        if (closed.has_error() && closed.error().code == Code::kConflict) continue;
        if (closed.has_error()) co_return closed.error();
        storage::audit::LedgerEvent event;
        event.kind = storage::audit::LedgerKind::kKeepKeyDestroyed;
        event.at = services_.clock.now();
        event.key = keep.key;
        const auto announced = co_await services_.ledger.append(std::move(event), services_.deadline());
        if (announced.has_error()) co_return announced.error();
        auto& vault = services_.vault;
        const KeyId key = keep.key;
        const auto destroyed = co_await services_.vault_pool.run([&vault, key] { return vault.destroy(key); });
        if (destroyed.has_error()) co_return destroyed.error();
        auto entry = job_entry(services_, storage::audit::Action::kKeyDestroy);
        entry.ref("key", key);
        const auto noted = co_await services_.catalogue.keys().keep_key_destroyed(key, recordings::entry_bytes(entry),
                                                                                  services_.deadline());
        if (noted.has_error()) co_return noted.error();
    }
    co_return Result<void>{};
}

}  // namespace gateway::jobs
