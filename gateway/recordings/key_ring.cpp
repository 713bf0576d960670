#include "gateway/recordings/key_ring.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include "gateway/recordings/counted_on.hpp"

namespace gateway::recordings {

using boost::asio::awaitable;
using policy::Code;
using policy::fail;
using policy::KeyId;
using policy::Result;
using storage::async::Deadline;
using storage::catalogue::KeyState;
using storage::keys::EpochSeal;
using storage::keys::KeyPurpose;
using storage::keys::Use;

namespace {

std::chrono::steady_clock::time_point fresh_until() {
    return std::chrono::steady_clock::now() + KeyRing::kMaxAge;
}
bool fresh(std::chrono::steady_clock::time_point until) {
    return std::chrono::steady_clock::now() < until;
}

/// The farthest purge date that a push can have, and a week: what the key maker makes keys for.
constexpr int kMonthsAhead = 6;
constexpr int kDaysAhead = 8;

}  // namespace

awaitable<Result<KeyId>> KeyRing::day_key(policy::Date purge_date, Deadline deadline) {
    {
        const std::lock_guard lock(mutex_);
        const auto known = days_.find(purge_date);
        if (known != days_.end() && fresh(known->second.until)) co_return known->second.value;
    }
    auto key = co_await catalogue_.keys().day_key(purge_date, deadline);
    if (key.has_error()) {
        if (key.error().code != Code::kNotFound) co_return key.error();
        co_return fail(Code::kUnavailable, "no day key was made for " + policy::text(purge_date));
    }
    if (key->state == KeyState::kPlanned) {
        co_return fail(Code::kUnavailable, "the day key of " + policy::text(purge_date) + " has no second copy yet");
    }
    if (key->state != KeyState::kOpen) {
        co_return fail(Code::kGone, "the day key of " + policy::text(purge_date) + " is closed");
    }
    const std::lock_guard lock(mutex_);
    if (days_.size() > 1024) days_.clear();
    days_[purge_date] = {key->key, fresh_until()};
    co_return key->key;
}

void KeyRing::forget(policy::Date purge_date) {
    const std::lock_guard lock(mutex_);
    days_.erase(purge_date);
}

awaitable<Result<std::vector<KeyId>>> KeyRing::index_keys(policy::Date today, Deadline deadline) {
    const auto last = policy::add_days(policy::add_months(today, kMonthsAhead), kDaysAhead);
    auto days = co_await catalogue_.keys().day_keys(today, last, deadline);
    if (days.has_error()) co_return days.error();
    auto keeps = co_await catalogue_.keys().keep_keys(deadline);
    if (keeps.has_error()) co_return keeps.error();
    std::vector<KeyId> out;
    for (const auto& day : *days) {
        if (storage::catalogue::may_hold(day)) out.push_back(day.key);
    }
    for (const auto& keep : *keeps) {
        if (storage::catalogue::may_hold(keep)) out.push_back(keep.key);
    }
    co_return out;
}

awaitable<Result<std::vector<storage::catalogue::EpochKey>>> KeyRing::epochs(bool ask, Deadline deadline) {
    if (!ask) {
        const std::lock_guard lock(mutex_);
        if (epochs_ && fresh(epochs_->until)) co_return epochs_->value;
    }
    auto answered = co_await catalogue_.keys().epochs(deadline);
    if (answered.has_error()) co_return answered.error();
    const std::lock_guard lock(mutex_);
    epochs_ = Remembered<std::vector<storage::catalogue::EpochKey>>{*answered, fresh_until()};
    std::erase_if(seals_, [&](const auto& known) {
        return std::ranges::find(*answered, known.first, &storage::catalogue::EpochKey::epoch) == answered->end();
    });
    co_return *answered;
}

awaitable<Result<std::shared_ptr<const EpochSeal>>> KeyRing::opened(storage::catalogue::EpochKey epoch) {
    {
        const std::lock_guard lock(mutex_);
        if (const auto known = seals_.find(epoch.epoch); known != seals_.end()) co_return known->second;
    }
    auto& vault = vault_;
    auto seal = co_await pool_.run([&vault, &epoch] { return EpochSeal::open(vault, epoch.key, epoch.secret); });
    if (seal.has_error()) co_return seal.error();
    const std::lock_guard lock(mutex_);
    seals_[epoch.epoch] = *seal;
    co_return *seal;
}

awaitable<Result<CurrentEpoch>> KeyRing::epoch(Deadline deadline) {
    const auto known = co_await epochs(false, deadline);
    if (known.has_error()) co_return known.error();
    const auto open =
        std::ranges::find(known->rbegin(), known->rend(), KeyState::kOpen, &storage::catalogue::EpochKey::state);
    if (open == known->rend()) {
        const std::lock_guard lock(mutex_);
        epochs_.reset();
        co_return fail(Code::kUnavailable, "no epoch key is open");
    }
    const auto seal = counted_on(co_await opened(*open));
    if (seal.has_error()) co_return seal.error();
    co_return CurrentEpoch{open->epoch, *seal};
}

awaitable<Result<std::shared_ptr<const EpochSeal>>> KeyRing::epoch_of(std::int32_t epoch, Deadline deadline) {
    for (const bool ask : {false, true}) {
        const auto known = co_await epochs(ask, deadline);
        if (known.has_error()) co_return known.error();
        const auto found = std::ranges::find(*known, epoch, &storage::catalogue::EpochKey::epoch);
        if (found != known->end()) co_return co_await opened(*found);
    }
    co_return fail(Code::kNotFound, "epoch " + std::to_string(epoch) + " is destroyed");
}

awaitable<Result<KeyId>> KeyRing::key_for(KeyPurpose purpose, Deadline deadline) {
    {
        const std::lock_guard lock(mutex_);
        const auto known = long_lived_.find(purpose);
        if (known != long_lived_.end()) co_return known->second;
    }
    const std::string name(storage::keys::name_of(purpose));
    const auto entered = co_await catalogue_.keys().vault_key(name, deadline);
    if (entered.has_error()) co_return entered.error();
    std::optional<KeyId> id = *entered;
    if (!id) {
        auto& vault = vault_;
        const auto made = co_await pool_.run([&vault, purpose, &name] { return vault.create(purpose, name); });
        if (made.has_error()) co_return made.error();
        const KeyId own = *made;
        const auto adopted = co_await catalogue_.keys().adopt_vault_key(name, own, deadline);
        if (adopted.has_error()) co_return adopted.error();
        id = *adopted;
        if (*id != own) {  // another gateway was first; nobody ever used ours
            const auto removed = co_await pool_.run([&vault, own] { return vault.destroy(own); });
            if (removed.has_error()) co_return removed.error();
        }
    }
    const std::lock_guard lock(mutex_);
    long_lived_[purpose] = *id;
    co_return *id;
}

awaitable<Result<storage::catalogue::Mac>> KeyRing::mac(KeyPurpose purpose, std::string message, Deadline deadline) {
    const auto key = co_await key_for(purpose, deadline);
    if (key.has_error()) co_return key.error();
    auto& vault = vault_;
    const KeyId id = *key;
    co_return co_await pool_.run([&vault, id, &message]() -> Result<storage::catalogue::Mac> {
        return counted_on(vault.mac(id, Use::kIndex, std::as_bytes(std::span(message))));
    });
}

}  // namespace gateway::recordings
