#include "gateway/jobs/key_maker.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "gateway/recordings/caller.hpp"
#include "gateway/recordings/case_ref.hpp"
#include "storage/async/crash_point.hpp"
#include "storage/keys/recording_secret.hpp"

namespace gateway::jobs {

using boost::asio::awaitable;
using policy::Code;
using policy::KeyId;
using policy::Result;
using std::chrono::milliseconds;
using storage::catalogue::KeyState;
using storage::catalogue::SealedTable;
using storage::keys::KeyPurpose;
namespace catalogue = storage::catalogue;

namespace {

constexpr std::chrono::minutes kLookAgain{10};
constexpr int kLongestRetentionInMonths = 6;
constexpr std::int32_t kResealPage = 200;

}  // namespace

awaitable<Result<milliseconds>> KeyMaker::step() {
    const auto epoch = co_await begin_epoch();
    if (epoch.has_error()) co_return epoch.error();
    const auto days = co_await make_day_keys();
    if (days.has_error()) co_return days.error();
    const auto resealed = co_await reseal_old();
    if (resealed.has_error()) co_return resealed.error();
    const auto destroyed = co_await destroy_old();
    if (destroyed.has_error()) co_return destroyed.error();
    co_return milliseconds{kLookAgain};
}

awaitable<Result<void>> KeyMaker::make_day_keys() {
    const auto today = services_.today();
    const auto last =
        policy::add_days(policy::add_months(today, kLongestRetentionInMonths), static_cast<int>(options_.days_ahead));
    const auto known = co_await services_.catalogue.keys().day_keys(today, last, services_.deadline());
    if (known.has_error()) co_return known.error();
    std::map<policy::Date, catalogue::DayKey> by_date;
    for (const auto& key : *known) by_date[key.purge_date] = key;
    for (auto date = today; date <= last; date = policy::add_days(date, 1)) {
        const auto found = by_date.find(date);
        if (found != by_date.end() && found->second.state != KeyState::kPlanned) continue;
        const auto made = found == by_date.end() ? co_await make_day_key(date)
                                                 : co_await services_.catalogue.keys().open_day_key(
                                                       date, found->second.key, services_.deadline());
        if (made.has_error()) co_return made.error();
    }
    co_return Result<void>{};
}

/// The vault's create() returns when every copy that is configured holds the key, so planned becomes open at once.
awaitable<Result<void>> KeyMaker::make_day_key(policy::Date date) {
    auto& vault = services_.vault;
    const auto label = policy::text(date);
    const auto made =
        co_await services_.vault_pool.run([&vault, &label] { return vault.create(KeyPurpose::kDay, label); });
    if (made.has_error()) co_return made.error();
    CALLVAULT_CRASH_POINT("key.made");
    const KeyId own = *made;
    const auto counts = co_await services_.catalogue.keys().plan_day_key(date, own, services_.deadline());
    if (counts.has_error()) co_return counts.error();
    CALLVAULT_CRASH_POINT("key.planned");
    if (counts->key != own) {
        const auto removed = co_await services_.vault_pool.run([&vault, own] { return vault.destroy(own); });
        if (removed.has_error()) co_return removed.error();
    }
    if (counts->state != KeyState::kPlanned) co_return Result<void>{};
    co_return co_await services_.catalogue.keys().open_day_key(date, counts->key, services_.deadline());
}

awaitable<Result<void>> KeyMaker::begin_epoch() {
    const auto epochs = co_await services_.catalogue.keys().epochs(services_.deadline());
    if (epochs.has_error()) co_return epochs.error();
    const bool fresh = !epochs->empty() && epochs->back().state == KeyState::kOpen &&
                       services_.clock.now() - epochs->back().created_at < options_.epoch_life;
    if (fresh) co_return Result<void>{};
    const std::int32_t next = epochs->empty() ? 1 : epochs->back().epoch + 1;
    auto& vault = services_.vault;
    const auto label = std::to_string(next);
    const auto made =
        co_await services_.vault_pool.run([&vault, &label] { return vault.create(KeyPurpose::kEpoch, label); });
    if (made.has_error()) co_return made.error();
    const auto begun = co_await services_.catalogue.keys().begin_epoch(next, *made, services_.deadline());
    if (begun.has_value()) co_return Result<void>{};
    if (begun.error().code != Code::kConflict) co_return begun.error();
    const KeyId own = *made;  // another gateway began it
    co_return co_await services_.vault_pool.run([&vault, own] { return vault.destroy(own); });
}

/// Rows under an older epoch get the current one, page by page; a row that changed meanwhile is found again next time.
awaitable<Result<void>> KeyMaker::reseal_old() {
    const auto epochs = co_await services_.catalogue.keys().epochs(services_.deadline());
    if (epochs.has_error()) co_return epochs.error();
    if (epochs->size() < 2) co_return Result<void>{};
    std::map<std::int32_t, KeyId> keys;
    for (const auto& epoch : *epochs) keys[epoch.epoch] = epoch.key;
    const auto current = epochs->back();
    std::string after;
    while (true) {
        const auto page = co_await services_.catalogue.keys().sealed_before(SealedTable::kSecrets, current.epoch, after,
                                                                            kResealPage, services_.deadline());
        if (page.has_error()) co_return page.error();
        if (page->empty()) break;
        auto fresh = co_await services_.vault_pool.run([this, &page, &keys,
                                                        &current]() -> Result<std::vector<catalogue::Reseal>> {
            std::vector<catalogue::Reseal> out;
            for (const auto& row : *page) {
                std::string digits = row.key;  // a UUID's text
                std::erase(digits, '-');
                const auto id = policy::RecordingId::parse(digits);
                if (!id) return policy::fail(Code::kInternal, "a secret row has no recording id");
                const auto from = keys.find(row.secret.epoch);
                auto sealed =
                    from == keys.end()
                        ? Result<storage::crypto::Bytes>(policy::fail(Code::kCorrupt, "its epoch is not known"))
                        : storage::keys::reseal_recording_secret(services_.vault, *id, from->second, current.key,
                                                                 row.secret.sealed);
                if (sealed.has_error() && sealed.error().code != Code::kCorrupt) return sealed.error();
                if (sealed.has_error()) {  // nobody can open it; the others do not wait for it
                    services_.log.error("reseal.failed", {{"recording", id->text()}, {"what", sealed.error().what}});
                    services_.metrics.counter("callvault_reseal_failures_total", "Secrets that could not be resealed.")
                        .add();
                    continue;
                }
                out.push_back({row.key, row.secret.sealed, {current.epoch, std::move(*sealed)}});
            }
            return out;
        });
        if (fresh.has_error()) co_return fresh.error();
        after = page->back().key;
        const auto swapped =
            co_await services_.catalogue.keys().reseal(SealedTable::kSecrets, std::move(*fresh), services_.deadline());
        if (swapped.has_error()) co_return swapped.error();
    }
    co_return co_await recordings::reseal_directory(services_, current.epoch, current.key, keys);
}

/// Closed epochs under which nothing is sealed any more. One that still has rows is kConflict: the next step reseals.
awaitable<Result<void>> KeyMaker::destroy_old() {
    const auto epochs = co_await services_.catalogue.keys().epochs(services_.deadline());
    if (epochs.has_error()) co_return epochs.error();
    for (const auto& epoch : *epochs) {
        if (epoch.state != KeyState::kClosed) continue;
        // The rows of other gateways' statements under way may still carry it: a day is longer than any of them.
        const auto age = services_.clock.now() - epoch.created_at;
        if (age <
            std::min<std::chrono::seconds>(options_.epoch_destroy_after, options_.epoch_life + std::chrono::hours(24)))
            continue;
        storage::audit::Entry entry(services_.clock.now(), {storage::audit::ActorKind::kJob, {}, {}},
                                    storage::audit::Action::kKeyDestroy, storage::audit::Outcome::kDone);
        entry.ref("key", epoch.key).number("epoch", epoch.epoch);
        const auto marked = co_await services_.catalogue.keys().epoch_destroyed(
            epoch.epoch, recordings::entry_bytes(entry), services_.deadline());
        if (marked.has_error() && marked.error().code == Code::kConflict) continue;
        if (marked.has_error()) co_return marked.error();
        auto& vault = services_.vault;
        const KeyId key = epoch.key;
        const auto destroyed = co_await services_.vault_pool.run([&vault, key] { return vault.destroy(key); });
        if (destroyed.has_error()) co_return destroyed.error();
    }
    co_return Result<void>{};
}

}  // namespace gateway::jobs
