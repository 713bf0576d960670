#include "gateway/jobs/housekeeping.hpp"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "gateway/jobs/job_entry.hpp"

namespace gateway::jobs {

using boost::asio::awaitable;
using policy::Result;
using std::chrono::milliseconds;
using storage::audit::Word;
namespace objects = storage::objects;

namespace {

constexpr milliseconds kSequenceEvery{200};
constexpr milliseconds kLeadFor{5000};
constexpr milliseconds kCloseEvery{1000};
constexpr milliseconds kOrphanEvery{15'000};
constexpr milliseconds kForgetEvery{600'000};
constexpr milliseconds kSweepPageEvery{2000};
constexpr milliseconds kSweepRoundEvery{600'000};
constexpr std::size_t kSweepPage = 1000;
constexpr int kLogLifeInMonths = 12;

}  // namespace

Step sequence(recordings::Services& services, storage::audit::Sequencer& sequencer) {
    const auto lead =
        co_await services.catalogue.jobs().lead("sequencer", services.gateway, kLeadFor, services.deadline());
    if (lead.has_error()) co_return lead.error();
    if (!lead->held) co_return kLeadFor / 2;
    const auto done = co_await sequencer.step(services.deadline());
    if (done.has_error()) {
        if (done.error().code == policy::Code::kCorrupt) {
            services.log.error("audit.corrupt", {{"what", done.error().what}});
            services.metrics.gauge("callvault_audit_log_broken", "1 when the audit log does not hold together.").set(1);
        }
        co_return done.error();
    }
    co_return done->more ? milliseconds{0} : kSequenceEvery;
}

Step renew_plays(recordings::Services& services, recordings::PlayRegistry& plays, milliseconds every) {
    services.data_keys.sweep(std::chrono::steady_clock::now());
    const auto renewed = co_await plays.renew_all();
    if (renewed.has_error()) co_return renewed.error();
    co_return every;
}

Step close_plays(recordings::PlayRegistry& plays) {
    const auto closed = co_await plays.close_ended();
    if (closed.has_error()) co_return closed.error();
    co_return kCloseEvery;
}

Step close_orphans(recordings::Services& services, milliseconds idle) {
    const auto orphans = co_await services.catalogue.plays().orphans(idle, 100, services.deadline());
    if (orphans.has_error()) co_return orphans.error();
    for (const auto& orphan : *orphans) {
        const auto asked = recordings::parse_play_end(orphan.close_reason);
        const Word nobodys = orphan.held ? Word("gateway_lost") : Word("idle");
        const auto why = asked ? Word::of(*asked) : nobodys;
        auto entry = job_entry(services, storage::audit::Action::kPlayClose);
        entry.ref("play", orphan.id).reason(why).number("served_bytes", orphan.served_bytes);
        const auto closed = co_await services.catalogue.plays().close_orphan(
            orphan.id, idle, std::string(why.text()), recordings::entry_bytes(entry), services.deadline());
        if (closed.has_error()) co_return closed.error();
    }
    co_return kOrphanEvery;
}

Step forget_expired(recordings::Services& services, ClockWatch& watch) {
    const auto day = co_await watch.sure_day();
    if (day.has_error()) co_return day.error();
    const auto sessions =
        co_await services.catalogue.sessions().forget_expired(services.clock.now(), services.deadline());
    if (sessions.has_error()) co_return sessions.error();
    const auto answers = co_await services.catalogue.idempotency().forget_expired(services.deadline());
    if (answers.has_error()) co_return answers.error();
    const auto before = policy::add_months(*day, -kLogLifeInMonths);
    const auto acts = co_await services.catalogue.rights().forget(before, services.deadline());
    if (acts.has_error()) co_return acts.error();
    const auto names = co_await services.catalogue.directory().forget(before, services.deadline());
    if (names.has_error()) co_return names.error();
    co_return kForgetEvery;
}

/// Whether an ownerless object may go now; remembers it else.
bool Sweeper::ripe(const std::string& name) {
    const auto now = std::chrono::steady_clock::now();
    const auto known = ownerless_.find(name);
    const auto since = known == ownerless_.end() ? now : known->second;
    seen_[name] = since;
    return now - since >= ripe_after_;
}

awaitable<Result<std::vector<objects::ObjectName>>> Sweeper::doomed(std::vector<objects::ObjectName> old) {
    std::vector<objects::ObjectName> out;
    if (old.empty()) co_return out;
    std::vector<std::string> names;
    names.reserve(old.size());
    for (const auto& name : old) names.push_back(name.text());
    const auto owned = co_await services_.catalogue.recordings().owned(names, services_.deadline());
    if (owned.has_error()) co_return owned.error();
    const std::set<std::string> kept(owned->begin(), owned->end());
    for (auto& name : old) {
        if (!kept.contains(name.text()) && ripe(name.text())) out.push_back(std::move(name));
    }
    co_return out;
}

awaitable<Result<void>> Sweeper::remove(std::vector<objects::ObjectName> names) {
    if (names.empty()) co_return Result<void>{};
    services_.log.info("sweeper.removing", {{"objects", names.size()}});
    co_return co_await services_.objects.remove_many(std::move(names), services_.deadline());
}

Step Sweeper::step() {
    const auto page = co_await services_.objects.list("recordings/", after_, kSweepPage, services_.deadline());
    if (page.has_error()) co_return page.error();
    const auto oldest_allowed = services_.clock.now() - services_.upload_lease;
    std::vector<objects::ObjectName> old;
    for (const auto& object : page->objects) {
        if (object.stored_at < oldest_allowed) old.push_back(object.name);
    }
    auto going = co_await doomed(std::move(old));
    if (going.has_error()) co_return going.error();
    const auto removed = co_await remove(std::move(*going));
    if (removed.has_error() && !stuck_) stuck_ = removed.error();
    after_ = page->more ? page->objects.back().name.text() : "";
    if (page->more) co_return kSweepPageEvery;
    const auto swept = co_await services_.objects.sweep(std::chrono::ceil<std::chrono::seconds>(services_.upload_lease),
                                                        services_.deadline());
    if (swept.has_error() && !stuck_) stuck_ = swept.error();
    ownerless_ = std::exchange(seen_, {});
    tell(std::exchange(stuck_, std::nullopt));
    co_return kSweepRoundEvery;
}

void Sweeper::tell(const std::optional<policy::Error>& stuck) {
    if (stuck) services_.log.error("sweeper.stuck", {{"what", stuck->what}, {"code", policy::name_of(stuck->code)}});
    services_.metrics
        .gauge("callvault_sweeper_stuck", "1 when the sweeper's last round could not remove what nobody owns.")
        .set(stuck ? 1 : 0);
}

}  // namespace gateway::jobs
