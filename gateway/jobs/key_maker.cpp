#include "gateway/jobs/key_maker.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "gateway/recordings/caller.hpp"
#include "storage/async/crash_point.hpp"
#include "storage/keys/epoch_seal.hpp"

namespace gateway::jobs {

using boost::asio::awaitable;
using policy::Code;
using policy::KeyId;
using policy::Result;
using std::chrono::milliseconds;
using storage::catalogue::KeyState;
using storage::keys::EpochSeal;
using storage::keys::KeyPurpose;
namespace catalogue = storage::catalogue;

namespace {

constexpr std::chrono::minutes kNextKeyLook{10};
constexpr int kLongestRetentionInMonths = 6;

}  // namespace

awaitable<Result<milliseconds>> KeyMaker::step() {
    const auto made = co_await make();
    if (made.has_error()) co_return made.error();
    auto lost = co_await reseal_old(services_);
    if (lost.has_error()) co_return lost.error();
    const auto ended = co_await end_old(std::move(*lost));
    if (ended.has_error()) co_return ended.error();
    co_return milliseconds{kNextKeyLook};
}

awaitable<Result<void>> KeyMaker::make() {
    const auto epoch = co_await begin_epoch();
    if (epoch.has_error()) co_return epoch.error();
    co_return co_await make_day_keys();
}

awaitable<Result<void>> KeyMaker::make_day_keys() {
    const auto today = services_.today();
    const auto last =
        policy::add_days(policy::add_months(today, kLongestRetentionInMonths), static_cast<int>(options_.days_ahead));
    const auto known = co_await services_.catalogue.keys().day_keys(today, last, services_.deadline());
    if (known.has_error()) co_return known.error();
    std::map<policy::Date, catalogue::DayKey> by_date;
    for (const auto& key : *known) {
        if (key.turn == catalogue::KeyTurn::kCurrent) by_date[key.purge_date] = key;
    }
    for (auto date = today; date <= last; date = policy::add_days(date, 1)) {
        const auto found = by_date.find(date);
        if (found != by_date.end() && found->second.state != KeyState::kPlanned) continue;
        const auto made =
            found == by_date.end() ? co_await make_day_key(date) : co_await open_if_held(date, found->second.key);
        if (made.has_error()) co_return made.error();
    }
    co_return Result<void>{};
}

/// A key that some copy of the vault lacks stays planned, and is looked at again by the next step.
awaitable<Result<void>> KeyMaker::open_if_held(policy::Date date, KeyId key) {
    auto& vault = services_.vault;
    const auto held = co_await services_.vault_pool.run([&vault, key] { return vault.usable(key); });
    if (held.has_error()) co_return held.error();
    if (!*held) co_return Result<void>{};
    co_return co_await services_.catalogue.keys().open_day_key(date, key, services_.deadline());
}

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
    co_return co_await open_if_held(date, counts->key);
}

namespace {

/// The key of the next epoch: one that was made for it before and waits for a copy, or a new one. kUnavailable: it
/// waits.
Result<KeyId> epoch_key_in(storage::keys::KeyVault& vault, const std::string& label) {
    const auto keys = vault.list();
    if (keys.has_error()) return keys.error();
    for (const auto& key : *keys) {
        if (key.purpose == KeyPurpose::kEpoch && key.label == label && key.usable) return key.id;
    }
    const bool waits = std::ranges::any_of(
        *keys, [&](const auto& key) { return key.purpose == KeyPurpose::kEpoch && key.label == label; });
    if (!waits) {
        const auto made = vault.create(KeyPurpose::kEpoch, label);
        if (made.has_error()) return made.error();
        const auto held = vault.usable(*made);
        if (held.has_error()) return held.error();
        if (*held) return *made;
    }
    return policy::fail(Code::kUnavailable, "the key of epoch " + label + " is not in every copy of the vault yet");
}

}  // namespace

awaitable<Result<void>> KeyMaker::begin_epoch() {
    const auto epochs = co_await services_.catalogue.keys().epochs(services_.deadline());
    if (epochs.has_error()) co_return epochs.error();
    const bool fresh = !epochs->empty() && epochs->back().state == KeyState::kOpen &&
                       services_.clock.now() - epochs->back().created_at < options_.epoch_life;
    auto& vault = services_.vault;
    const auto leaving = co_await services_.vault_pool.run([&vault] { return vault.outgoing(); });
    if (leaving.has_error()) co_return leaving.error();
    const auto is_newest = [&](const auto& key) { return key.id == epochs->back().key; };
    if (fresh && std::ranges::none_of(*leaving, is_newest)) co_return Result<void>{};
    const std::int32_t next = epochs->empty() ? 1 : epochs->back().epoch + 1;
    const auto label = std::to_string(next);
    const auto made = co_await services_.vault_pool.run([&vault, &label] { return epoch_key_in(vault, label); });
    // Until the copies hold it, the epoch before goes on.
    if (made.has_error() && made.error().code == Code::kUnavailable && !epochs->empty() &&
        epochs->back().state == KeyState::kOpen) {
        services_.log.warning("epoch.waits", {{"what", made.error().what}});
        co_return Result<void>{};
    }
    if (made.has_error()) co_return made.error();
    const KeyId own = *made;
    const auto secret = co_await services_.vault_pool.run([&vault, own] { return EpochSeal::make(vault, own); });
    if (secret.has_error()) co_return secret.error();
    const auto begun = co_await services_.catalogue.keys().begin_epoch(next, own, *secret, services_.deadline());
    if (begun.has_value()) co_return Result<void>{};
    if (begun.error().code != Code::kConflict) co_return begun.error();
    // Another gateway began it, perhaps with this very key: both found it in the vault.
    const auto now = co_await services_.catalogue.keys().epochs(services_.deadline());
    if (now.has_error()) co_return now.error();
    if (std::ranges::any_of(*now, [own](const auto& epoch) { return epoch.key == own; })) co_return Result<void>{};
    co_return co_await services_.vault_pool.run([&vault, own] { return vault.destroy(own); });
}

/// Closed epochs under which nothing is sealed any more. One that still has rows is kConflict: the next step reseals.
awaitable<Result<void>> KeyMaker::end_old(Unreadable lost) {
    const auto epochs = co_await services_.catalogue.keys().epochs(services_.deadline());
    if (epochs.has_error()) co_return epochs.error();
    for (const auto& epoch : *epochs) {
        if (epoch.state != KeyState::kClosed) continue;
        // No push that carries its number is under way any more: commits refuse uploads of half that age.
        storage::audit::Entry entry(services_.clock.now(), {storage::audit::ActorKind::kJob, {}, {}},
                                    storage::audit::Action::kKeyDestroy, storage::audit::Outcome::kDone);
        entry.ref("key", epoch.key).number("epoch", epoch.epoch);
        const auto marked = co_await services_.catalogue.keys().epoch_destroyed(
            epoch.epoch, services_.upload_lease, lost.secrets, lost.directory, recordings::entry_bytes(entry),
            services_.deadline());
        if (marked.has_error() && marked.error().code == Code::kConflict) continue;
        if (marked.has_error()) co_return marked.error();
    }
    const auto destroyed = co_await destroy_ended(services_);
    if (destroyed.has_error()) co_return destroyed.error();
    co_return Result<void>{};
}

awaitable<Result<std::int64_t>> destroy_ended(recordings::Services& services) {
    auto& vault = services.vault;
    const auto listed = co_await services.vault_pool.run([&vault] { return vault.list(); });
    if (listed.has_error()) co_return listed.error();
    std::vector<KeyId> held;
    for (const auto& key : *listed) held.push_back(key.id);
    const auto ended = co_await services.catalogue.replaying().destroyed_of(held, services.deadline());
    if (ended.has_error()) co_return ended.error();
    for (const auto& key : *ended) {
        const auto destroyed = co_await services.vault_pool.run([&vault, &key] { return vault.destroy(key); });
        if (destroyed.has_error()) co_return destroyed.error();
    }
    co_return static_cast<std::int64_t>(ended->size());
}

}  // namespace gateway::jobs
