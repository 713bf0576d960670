#include "gateway/jobs/key_mover.hpp"

#include <algorithm>
#include <utility>
#include <vector>

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
using std::chrono::milliseconds;
using storage::audit::Action;
using storage::catalogue::KeyState;
using storage::keys::KeyInfo;
using storage::keys::KeyPurpose;
namespace catalogue = storage::catalogue;

namespace {

constexpr milliseconds kNextMoveLook{600'000};
constexpr milliseconds kMoveLease{15'000};  ///< Who takes over in the middle of a page loses time only.
constexpr std::int32_t kMovedAtOnce = 20;
constexpr int kDaysOfKeys = 366;  ///< No purge date is farther.

bool lies_in(const std::vector<KeyInfo>& keys, KeyId id) {
    return std::ranges::any_of(keys, [id](const KeyInfo& key) { return key.id == id; });
}

}  // namespace

awaitable<Result<milliseconds>> KeyMover::step() {
    const auto lead =
        co_await services_.catalogue.jobs().lead("key_mover", services_.gateway, kMoveLease, services_.deadline());
    if (lead.has_error()) co_return lead.error();
    if (!lead->held) co_return kMoveLease / 2;
    const auto former =
        co_await services_.catalogue.keys().former_keys(recordings::KeyRing::kMaxAge, services_.deadline());
    if (former.has_error()) co_return former.error();
    const auto next = std::ranges::find_if(*former, [this](const auto& key) { return !resting_.contains(key.key); });
    if (next == former->end()) {
        resting_.clear();
        const auto replaced = co_await replace_outgoing();
        if (replaced.has_error()) co_return replaced.error();
        co_return *replaced > 0 ? milliseconds(recordings::KeyRing::kMaxAge) : kNextMoveLook;
    }
    const auto done = co_await rewrap_some(*next);
    if (done.has_error()) co_return done.error();
    co_return milliseconds{0};
}

awaitable<Result<std::size_t>> KeyMover::replace_outgoing() {
    auto& vault = services_.vault;
    const auto leaving = co_await services_.vault_pool.run([&vault] { return vault.outgoing(); });
    if (leaving.has_error()) co_return leaving.error();
    if (leaving->empty()) co_return std::size_t{0};
    // What is due today is not worth it: it goes tonight.
    const auto today = services_.today();
    const auto days = co_await services_.catalogue.keys().day_keys(
        policy::add_days(today, 1), policy::add_days(today, kDaysOfKeys), services_.deadline());
    if (days.has_error()) co_return days.error();
    const auto keeps = co_await services_.catalogue.keys().keep_keys(services_.deadline());
    if (keeps.has_error()) co_return keeps.error();

    std::set<KeyId> entered;
    for (const auto& day : *days) entered.insert(day.key);
    for (const auto& keep : *keeps) entered.insert(keep.key);
    const auto listed = co_await services_.vault_pool.run([&vault] { return vault.list(); });
    if (listed.has_error()) co_return listed.error();
    spare_.clear();
    for (const auto& key : *listed) {
        if (!lies_in(*leaving, key.id) && !entered.contains(key.id)) spare_[{key.purpose, key.label}] = key.id;
    }

    std::size_t replaced = 0;
    for (const auto& day : *days) {
        if (day.state != KeyState::kOpen || !lies_in(*leaving, day.key)) continue;
        const auto done = co_await replace(day);
        if (done.has_error()) co_return done.error();
        ++replaced;
    }
    for (const auto& keep : *keeps) {
        if (keep.state != KeyState::kOpen || !lies_in(*leaving, keep.key)) continue;
        const auto done = co_await replace(keep);
        if (done.has_error()) co_return done.error();
        ++replaced;
    }
    if (replaced > 0) services_.log.info("keys.superseded", {{"keys", replaced}});
    co_return replaced;
}

namespace {

/// That the key is open no more means that another gateway was first, or that its day has come.
Result<void> unless_closed(Result<void> superseded) {
    if (superseded.has_error() && superseded.error().code == Code::kConflict) return {};
    return superseded;
}

}  // namespace

awaitable<Result<void>> KeyMover::replace(const catalogue::DayKey& day) {
    const auto fresh = co_await successor(KeyPurpose::kDay, policy::text(day.purge_date));
    if (fresh.has_error()) co_return fresh.error();
    auto entry = job_entry(services_, Action::kKeyCreate);
    entry.ref("key", *fresh).ref("former", day.key).date("purge_date", day.purge_date).reason("vault_move");
    auto done = co_await services_.catalogue.keys().supersede_day_key(day.key, *fresh, recordings::entry_bytes(entry),
                                                                      services_.deadline());
    CALLVAULT_CRASH_POINT("keymove.superseded");
    services_.keys.forget(day.purge_date);
    co_return unless_closed(std::move(done));
}

awaitable<Result<void>> KeyMover::replace(const catalogue::KeepKey& keep) {
    const auto fresh = co_await successor(KeyPurpose::kKeep, keep.label);
    if (fresh.has_error()) co_return fresh.error();
    auto entry = job_entry(services_, Action::kKeyCreate);
    entry.ref("key", *fresh).ref("former", keep.key).reason("vault_move");
    auto done = co_await services_.catalogue.keys().supersede_keep_key(keep.key, *fresh, recordings::entry_bytes(entry),
                                                                       services_.deadline());
    co_return unless_closed(std::move(done));
}

/// What was made before and never entered, by a killed run or for want of a copy, is taken first.
awaitable<Result<KeyId>> KeyMover::successor(KeyPurpose purpose, std::string label) {
    auto& vault = services_.vault;
    label = "moved-" + label;  // no key maker takes it for its own
    const auto found = spare_.find({purpose, label});
    KeyId key;
    if (found != spare_.end()) {
        key = found->second;
    } else {
        const auto made =
            co_await services_.vault_pool.run([&vault, purpose, &label] { return vault.create(purpose, label); });
        if (made.has_error()) co_return made.error();
        key = *made;
        CALLVAULT_CRASH_POINT("keymove.key_made");
    }
    const auto held = co_await services_.vault_pool.run([&vault, key] { return vault.usable(key); });
    if (held.has_error()) co_return held.error();
    if (!*held) co_return policy::fail(Code::kUnavailable, "a new key is not in every copy of the vault yet");
    co_return key;
}

awaitable<Result<void>> KeyMover::rewrap_some(const catalogue::FormerKey& former) {
    if (pass_.key != former.key) pass_ = {former.key};
    const auto page =
        co_await services_.catalogue.keys().hanging_on(former, pass_.after, kMovedAtOnce, services_.deadline());
    if (page.has_error()) co_return page.error();
    if (page->empty()) {
        const bool idle = pass_.moved == 0;
        pass_ = {};
        if (idle) resting_.insert(former.key);
        co_return co_await services_.catalogue.keys().emptied(former.key, services_.deadline());
    }
    for (const auto& id : *page) {
        const auto moved = co_await rewrap_one(id, former);
        if (moved.has_error()) co_return moved.error();
        if (*moved) ++pass_.moved;
        pass_.after = id;
    }
    co_return Result<void>{};
}

awaitable<Result<bool>> KeyMover::rewrap_one(policy::RecordingId id, const catalogue::FormerKey& former) {
    const auto stored = co_await services_.catalogue.recordings().facts(id, services_.deadline());
    if (stored.has_error() && stored.error().code == Code::kNotFound) co_return false;
    if (stored.has_error()) co_return stored.error();
    if (stored->access.keep_key.value_or(stored->day_key) != former.key) co_return false;
    const auto fields = co_await recordings::open_fields(services_, *stored);
    if (fields.has_error()) co_return passed_over(id, fields.error());
    auto fresh = co_await rewrap(services_, *stored, *fields, former.successor);
    if (fresh.has_error()) co_return passed_over(id, fresh.error());
    CALLVAULT_CRASH_POINT("keymove.rewrapped");
    const auto entered = co_await services_.catalogue.keys().rewrapped(
        id, stored->access.version, stored->secret.sealed, std::move(fresh->secret), fresh->tokens, former.successor,
        {}, services_.deadline());
    if (entered.has_error() && entered.error().code == Code::kConflict) co_return false;
    if (entered.has_error()) co_return entered.error();
    services_.metrics
        .counter("callvault_rewrapped_total", "Recordings taken to a key of the vault in the old one's place.")
        .add();
    co_return true;
}

Result<bool> KeyMover::passed_over(policy::RecordingId id, const policy::Error& error) {
    if (policy::may_pass(error.code)) return error;
    services_.log.error("move.failed", {{"recording", id.text()}, {"what", error.what}});
    services_.metrics.counter("callvault_rewrap_failures_total", "Recordings that could not be rewrapped.").add();
    return false;
}

}  // namespace gateway::jobs
