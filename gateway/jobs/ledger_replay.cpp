#include "gateway/jobs/ledger_replay.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "gateway/jobs/job_entry.hpp"
#include "gateway/jobs/key_maker.hpp"
#include "gateway/jobs/ledger_rights.hpp"
#include "storage/async/crash_point.hpp"

namespace gateway::jobs {

using boost::asio::awaitable;
using policy::Code;
using policy::KeyId;
using policy::Result;
using storage::audit::Action;
using storage::audit::LedgerKind;
using storage::catalogue::KeyState;
namespace audit = storage::audit;

namespace {

constexpr std::chrono::minutes kReadingPatience{60};
constexpr std::int32_t kMarkAtOnce = 1000;

bool ends_recordings(const audit::LedgerRecord& record) {
    const auto kind = record.event.kind;
    return kind == LedgerKind::kDayKeyDestroyed || kind == LedgerKind::kKeepKeyDestroyed ||
           kind == LedgerKind::kRecordingsErased;
}

awaitable<Result<void>> go_on() {
    co_return Result<void>{};
}

}  // namespace

awaitable<Result<Replayed>> LedgerReplay::run() {
    const auto mark = co_await services_.catalogue.replaying().mark(services_.deadline());
    if (mark.has_error()) co_return mark.error();
    records_.clear();
    const auto end = co_await services_.ledger.replay(
        {static_cast<std::uint64_t>(mark->next), mark->previous},
        [this](const audit::LedgerRecord& record) {
            records_.push_back(record);
            return Result<void>{};
        },
        std::chrono::steady_clock::now() + kReadingPatience);
    if (end.has_error()) co_return end.error();
    done_ = {};
    done_.length = static_cast<std::int64_t>(end->number);
    done_.records = static_cast<std::int64_t>(records_.size());
    static constexpr std::array kSteps{
        &LedgerReplay::settle, &LedgerReplay::destroy_again,    &LedgerReplay::read_vault,
        &LedgerReplay::rights, &LedgerReplay::keep_keys,        &LedgerReplay::day_keys,
        &LedgerReplay::finish, &LedgerReplay::look_for_missing, &LedgerReplay::tell};
    for (const auto step : kSteps) {
        const auto done = co_await (this->*step)();
        if (done.has_error()) co_return done.error();
    }
    CALLVAULT_CRASH_POINT("replay.told");
    const auto moved =
        co_await services_.catalogue.replaying().raise({done_.length, end->previous}, services_.deadline());
    if (moved.has_error()) co_return moved.error();
    co_return done_;
}

awaitable<Result<void>> LedgerReplay::settle() {
    policy::Instant newest{};
    for (const auto& record : records_) newest = std::max(newest, record.event.at);
    const auto age = std::chrono::duration_cast<std::chrono::milliseconds>(services_.clock.now() - newest);
    if (records_.empty() || age >= patience_) co_return Result<void>{};
    boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor);
    timer.expires_after(std::min(patience_, patience_ - age));
    co_await timer.async_wait(boost::asio::use_awaitable);
    co_return Result<void>{};
}

awaitable<Result<void>> LedgerReplay::read_vault() {
    auto& vault = services_.vault;
    const auto keys = co_await services_.vault_pool.run([&vault] { return vault.list(); });
    if (keys.has_error()) co_return keys.error();
    held_.clear();
    for (const auto& key : *keys) {
        if (key.in_vault) held_.insert(key.id);
    }
    co_return Result<void>{};
}

/// Keys that the database knows as destroyed and that came back with the vault, whatever the mark says.
awaitable<Result<void>> LedgerReplay::destroy_again() {
    const auto destroyed = co_await destroy_ended(services_);
    if (destroyed.has_error()) co_return destroyed.error();
    done_.keys_destroyed += *destroyed;
    CALLVAULT_CRASH_POINT("replay.keys_again");
    co_return Result<void>{};
}

awaitable<Result<void>> LedgerReplay::rights() {
    LedgerRights rights(services_, records_, done_);
    const auto applied = co_await rights.apply();
    if (applied.has_error()) co_return applied.error();
    erased_ = rights.erased();
    CALLVAULT_CRASH_POINT("replay.rights");
    co_return Result<void>{};
}

/// Nothing hung on a keep key when it was destroyed: what does in this copy was purged since. The copy must not use the
/// key for what it keeps from now on. Its row is closed here, and the keeper ends it like any that is unused.
awaitable<Result<void>> LedgerReplay::keep_keys() {
    for (const auto& record : records_) {
        if (record.event.kind != LedgerKind::kKeepKeyDestroyed) continue;
        const KeyId key = *record.event.key;
        const auto dark = co_await mark_unreadable(std::nullopt, key);
        if (dark.has_error()) co_return dark.error();
        // Also what the vault does not show: absent is success, and a copy of it may hold the key still.
        const auto destroyed = co_await destroy(key);
        if (destroyed.has_error()) co_return destroyed.error();
    }
    co_return Result<void>{};
}

/// By date, as the purge went. Those that the vault lacks come first: what hangs on them is past saving, and must not
/// stop the keeper on its way to the others.
awaitable<Result<void>> LedgerReplay::day_keys() {
    std::map<std::tuple<bool, policy::Date, KeyId>, audit::LedgerEvent> ends;
    for (const auto& record : records_) {
        const auto& event = record.event;
        if (event.kind != LedgerKind::kDayKeyDestroyed) continue;
        ends.emplace(std::tuple(held_.contains(*event.key), *event.date, *event.key), event);
    }
    for (const auto& [order, event] : ends) {
        const auto done = co_await day_key(event);
        if (done.has_error()) co_return done.error();
    }
    co_return Result<void>{};
}

awaitable<Result<void>> LedgerReplay::day_key(audit::LedgerEvent event) {
    auto& keys = services_.catalogue.keys();
    const KeyId key = *event.key;
    const auto date = *event.date;
    const auto row = co_await keys.day_key_of(key, services_.deadline());
    if (row.has_error() && row.error().code != Code::kNotFound) co_return row.error();
    const bool lacks = row.has_value() && row->state != KeyState::kDestroyed;
    if (lacks) {
        auto entry = job_entry(services_, Action::kKeyClose);
        entry.ref("key", key).date("purge_date", date).reason("ledger_replay");
        const auto closed = co_await keys.close_day_key(date, recordings::entry_bytes(entry), services_.deadline());
        if (closed.has_error()) co_return closed.error();
        services_.keys.forget(date);
        CALLVAULT_CRASH_POINT("replay.key_closed");
    }
    if (lacks && held_.contains(key)) {
        // While it lives: what must be kept goes under a keep key. What cannot be rewrapped does not save a key that
        // was announced as destroyed: it is lost, and told below.
        const auto kept = co_await forget_.mark_due(date, go_on);
        if (kept.has_error()) co_return kept.error();
    }
    const auto destroyed = co_await destroy(key);  // also what the vault does not show, as above
    if (destroyed.has_error()) co_return destroyed.error();
    CALLVAULT_CRASH_POINT("replay.key_destroyed");
    if (!lacks) co_return Result<void>{};
    const auto dark = co_await mark_unreadable(date, key);
    if (dark.has_error()) co_return dark.error();
    // What a keep key held until then is due as well, and the ledger has no word of its own for it.
    const auto due = co_await forget_.mark_due(date, go_on);
    if (due.has_error()) co_return due.error();
    auto entry = job_entry(services_, Action::kKeyDestroy);
    entry.ref("key", key).date("purge_date", date).reason("ledger_replay");
    co_return co_await keys.day_key_destroyed(date, key, recordings::entry_bytes(entry), services_.deadline());
}

/// The key is gone: what still hangs on it is unreadable for ever, and is finished like what was due.
awaitable<Result<void>> LedgerReplay::mark_unreadable(std::optional<policy::Date> date, KeyId key) {
    std::int64_t lost = 0;
    while (true) {
        const auto marked =
            co_await services_.catalogue.replaying().mark_unreadable(date, key, kMarkAtOnce, services_.deadline());
        if (marked.has_error()) co_return marked.error();
        lost += marked->kept;
        if (marked->marked == 0) break;
    }
    if (lost > 0) {
        services_.log.error("ledger.lost", {{"key", key.text()}, {"kept_but_unreadable", lost}});
        done_.lost += lost;
    }
    co_return Result<void>{};
}

awaitable<Result<void>> LedgerReplay::destroy(KeyId key) {
    auto& vault = services_.vault;
    const auto destroyed = co_await services_.vault_pool.run([&vault, key] { return vault.destroy(key); });
    if (destroyed.has_error()) co_return destroyed.error();
    done_.keys_destroyed += static_cast<std::int64_t>(held_.erase(key));
    co_return Result<void>{};
}

awaitable<Result<void>> LedgerReplay::finish() {
    if (std::ranges::none_of(records_, ends_recordings)) co_return Result<void>{};
    const auto purged = co_await forget_.finish_purging(go_on, std::move(erased_));
    if (purged.has_error()) co_return purged.error();
    // What the store holds stays unreadable, and is a purge's to finish: it keeps nobody from opening.
    if (purged->why && purged->why->code != Code::kDenied) co_return *purged->why;
    done_.purged = purged->purged;
    CALLVAULT_CRASH_POINT("replay.purged");
    co_return Result<void>{};
}

awaitable<Result<void>> LedgerReplay::look_for_missing() {
    const auto read = co_await read_vault();  // keep keys were made meanwhile
    if (read.has_error()) co_return read.error();
    const auto used = co_await services_.catalogue.replaying().keys_in_use(services_.deadline());
    if (used.has_error()) co_return used.error();
    for (const auto& key : *used) {
        if (held_.contains(key.key)) continue;
        services_.log.error("key.missing", {{"kind", key.kind}, {"key", key.key.text()}});
        ++done_.keys_missing;
    }
    services_.metrics
        .gauge("callvault_keys_missing", "Keys in use that the vault lacked at start and no purge destroyed.")
        .set(done_.keys_missing);
    co_return Result<void>{};
}

awaitable<Result<void>> LedgerReplay::tell() {
    services_.log.info("ledger.replayed", {{"length", done_.length},
                                           {"records", done_.records},
                                           {"applied", done_.applied()},
                                           {"keys_destroyed", done_.keys_destroyed},
                                           {"erased", done_.erased},
                                           {"purged", done_.purged},
                                           {"holds_set", done_.holds_set},
                                           {"holds_lifted", done_.holds_lifted},
                                           {"restrictions_set", done_.restrictions_set},
                                           {"restrictions_lifted", done_.restrictions_lifted},
                                           {"forbidden", done_.forbidden},
                                           {"refused", done_.refused},
                                           {"lost", done_.lost},
                                           {"unopened", done_.unopened},
                                           {"keys_missing", done_.keys_missing}});
    if (done_.records == 0 && done_.applied() == 0 && done_.keys_missing == 0) co_return Result<void>{};
    auto entry = job_entry(services_, Action::kLedgerReplay);
    entry.number("length", done_.length).number("records", done_.records).number("applied", done_.applied());
    entry.number("keys_destroyed", done_.keys_destroyed).number("erased", done_.erased).number("purged", done_.purged);
    entry.number("holds_set", done_.holds_set).number("holds_lifted", done_.holds_lifted);
    entry.number("restrictions_set", done_.restrictions_set);
    entry.number("restrictions_lifted", done_.restrictions_lifted);
    entry.number("forbidden", done_.forbidden)
        .number("refused", done_.refused)
        .number("lost", done_.lost)
        .number("unopened", done_.unopened);
    entry.number("keys_missing", done_.keys_missing);
    co_return co_await recordings::record(services_, std::move(entry));
}

}  // namespace gateway::jobs
