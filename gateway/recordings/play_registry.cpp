#include "gateway/recordings/play_registry.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "gateway/recordings/caller.hpp"
#include "gateway/recordings/served_ranges.hpp"
#include "policy/passing.hpp"

namespace gateway::recordings {

using boost::asio::awaitable;
using policy::Result;
using storage::audit::Entry;
using storage::audit::Word;
namespace catalogue = storage::catalogue;

namespace {

catalogue::Served served_of(const Play& play) {
    return {play.terms().id, play.ranges()};
}

/// The closing of a play under way: given back unless it was done, also when the coroutine is cut off.
struct Closing {
    Play& play;
    bool done = false;
    explicit Closing(Play& closed) : play(closed) {}
    ~Closing() {
        if (!done) play.give_up_closing();
    }
    Closing(const Closing&) = delete;
    Closing& operator=(const Closing&) = delete;
};

}  // namespace

Entry closing_entry(const Play& play, PlayEnd why, policy::Instant at) {
    const auto& terms = play.terms();
    Entry entry(at, terms.actor, storage::audit::Action::kPlayClose, storage::audit::Outcome::kDone);
    entry.recording(terms.log_id).ref("play", terms.id).purpose(Word::of(terms.purpose)).reason(Word::of(why));
    const auto ranges = play.ranges();
    std::int64_t heard = 0;
    for (const auto& [first, last] : ranges) heard += play.file().heard_at(last) - play.file().heard_at(first);
    entry.number("served_ms", heard).number("ranges", static_cast<std::int64_t>(ranges.size()));
    if (!ranges.empty()) {
        entry.number("first_ms", play.file().heard_at(ranges.front().first));
        entry.number("last_ms", play.file().heard_at(ranges.back().second));
    }
    return entry;
}

std::uint64_t PlayRegistry::generation() const {
    const std::lock_guard lock(mutex_);
    return generation_;
}

std::shared_ptr<Play> PlayRegistry::add(std::shared_ptr<Play> play, std::uint64_t generation) {
    const std::lock_guard lock(mutex_);
    if (generation != generation_) play->end(PlayEnd::kRevoked);
    const auto id = play->terms().id;
    return plays_.try_emplace(id, std::move(play)).first->second;
}

std::shared_ptr<Play> PlayRegistry::find(const policy::PlayId& id) const {
    const std::lock_guard lock(mutex_);
    const auto found = plays_.find(id);
    return found == plays_.end() ? nullptr : found->second;
}

std::size_t PlayRegistry::size() const {
    const std::lock_guard lock(mutex_);
    return plays_.size();
}

std::size_t PlayRegistry::running_of(const storage::audit::Pseudonym& subject) const {
    const auto all = snapshot();
    return static_cast<std::size_t>(std::ranges::count_if(
        all, [&subject](const auto& play) { return !play->ended() && play->terms().actor.pseudonym == subject; }));
}

std::vector<std::shared_ptr<Play>> PlayRegistry::snapshot() const {
    const std::lock_guard lock(mutex_);
    std::vector<std::shared_ptr<Play>> out;
    out.reserve(plays_.size());
    for (const auto& [id, play] : plays_) out.push_back(play);
    return out;
}

void PlayRegistry::end_recording(const policy::RecordingId& recording, PlayEnd why) {
    services_.data_keys.drop(recording);
    for (const auto& play : snapshot()) {
        if (play->terms().recording == recording) play->end(why);
    }
}

void PlayRegistry::end_session(const catalogue::Mac& session, PlayEnd why) {
    for (const auto& play : snapshot()) {
        if (play->terms().session == session) play->end(why);
    }
}

void PlayRegistry::end_all(PlayEnd why) {
    const std::lock_guard lock(mutex_);
    ++generation_;
    for (const auto& [id, play] : plays_) play->end(why);
}

awaitable<Result<void>> PlayRegistry::close(std::shared_ptr<Play> play, PlayEnd why) {
    play->end(why);
    if (!play->begin_closing()) co_return Result<void>{};
    Closing closing{*play};
    const auto end = play->ended().value_or(why);
    const bool everywhere = end != PlayEnd::kIdle;  // others may be busy with it
    while (true) {
        const auto entry = closing_entry(*play, end, services_.clock.now());
        const auto left =
            co_await services_.catalogue.plays().leave(served_of(*play), services_.gateway, std::string(text(end)),
                                                       everywhere, entry_bytes(entry), services_.deadline());
        if (left.has_error()) co_return left.error();
        if (left->outcome != catalogue::Leaving::kMoreServed) break;
        play->served_elsewhere(left->served);
    }
    closing.done = true;
    const std::lock_guard lock(mutex_);
    plays_.erase(play->terms().id);
    co_return Result<void>{};
}

awaitable<Result<void>> PlayRegistry::renew_all() {
    const auto now = std::chrono::steady_clock::now();
    const auto wall = services_.clock.now();
    std::vector<std::shared_ptr<Play>> running;
    for (auto& play : snapshot()) {
        if (!play->ended() && wall >= play->terms().expires_at) play->end(PlayEnd::kExpired);
        if (!play->ended() && now - play->last_used() > idle_) play->end(PlayEnd::kIdle);
        if (!play->ended()) running.push_back(std::move(play));
    }
    co_return co_await renew(std::move(running));
}

awaitable<Result<void>> PlayRegistry::renew(std::vector<std::shared_ptr<Play>> running) {
    if (running.empty()) co_return Result<void>{};
    std::vector<catalogue::Served> served;
    served.reserve(running.size());
    for (const auto& play : running) served.push_back(served_of(*play));
    // The lease counts from before the question: it never lasts longer than the catalogue thinks.
    const auto until = std::chrono::steady_clock::now() + lease_;
    const auto renewed = co_await services_.catalogue.plays().renew(services_.gateway, served, services_.today(),
                                                                    lease_, services_.deadline());
    if (renewed.has_error()) co_return renewed.error();
    std::map<policy::PlayId, const catalogue::Renewed*> said;
    for (const auto& one : *renewed) said[one.play] = &one;
    for (auto& play : running) {
        const auto found = said.find(play->terms().id);
        take_in(*play, found == said.end() ? nullptr : found->second, until);
    }
    co_return Result<void>{};
}

/// `said`: null when the play is closed.
void PlayRegistry::take_in(Play& play, const catalogue::Renewed* said, Play::Steady until) {
    if (said != nullptr) play.served_elsewhere(said->elsewhere);
    if (said != nullptr && said->goes_on) return play.renewed(until);
    auto why = PlayEnd::kRevoked;
    if (said != nullptr) why = parse_play_end(said->ended_as).value_or(why);
    if (said != nullptr && said->logged_out) why = PlayEnd::kLoggedOut;
    play.end(why);
    services_.data_keys.drop(play.terms().recording);
}

awaitable<Result<void>> PlayRegistry::close_ended() {
    for (auto& play : snapshot()) {
        const auto why = play->ended();
        if (!why) continue;
        const auto closed = co_await close(play, *why);
        if (closed.has_value()) continue;
        // The database does not take anything now: the next play would fare no better.
        if (policy::may_pass(closed.error().code)) co_return closed.error();
        services_.log.warning("play.not_closed", {{"what", closed.error().what}});
    }
    co_return Result<void>{};
}

awaitable<void> PlayRegistry::hand_over_all() {
    const auto closed = co_await close_ended();
    // What could not be closed is an orphan: another gateway closes it, with what was saved of it.
    if (closed.has_error()) services_.log.warning("play.not_closed", {{"what", closed.error().what}});
    std::vector<catalogue::Served> served;
    for (const auto& play : snapshot()) {
        if (play->end(PlayEnd::kClosed)) served.push_back(served_of(*play));
    }
    if (served.empty()) co_return;
    const auto left = co_await services_.catalogue.plays().let_go(services_.gateway, served, services_.deadline());
    if (left.has_error()) services_.log.warning("play.not_handed_over", {{"what", left.error().what}});
}

}  // namespace gateway::recordings
