#include "gateway/recordings/play.hpp"

#include <algorithm>
#include <utility>

#include "storage/crypto/seal_context.hpp"

namespace gateway::recordings {

using storage::crypto::Opener;

std::string_view text(PlayEnd end) {
    switch (end) {
        case PlayEnd::kClosed:
            return "closed";
        case PlayEnd::kIdle:
            return "idle";
        case PlayEnd::kExpired:
            return "expired";
        case PlayEnd::kRevoked:
            return "revoked";
        case PlayEnd::kLoggedOut:
            return "logged_out";
        case PlayEnd::kCorrupt:
            return "corrupt";
    }
    return "closed";
}

std::optional<PlayEnd> parse_play_end(std::string_view word) {
    for (const auto end : {PlayEnd::kClosed, PlayEnd::kIdle, PlayEnd::kExpired, PlayEnd::kRevoked, PlayEnd::kLoggedOut,
                           PlayEnd::kCorrupt}) {
        if (text(end) == word) return end;
    }
    return std::nullopt;
}

namespace {

/// What a player wants of a new place before it sounds: Chromium takes about 33 KB of AAC, five seconds of it.
constexpr std::chrono::milliseconds kBeginning{10'000};
/// So far ahead of an answer Chromium waits for it: five blocks of 32 KiB, and one for where they begin.
constexpr std::uint64_t kWaitedForInBytes = std::uint64_t{6} * 32 * 1024;

}  // namespace

Play::Play(PlayTerms terms, SealedFile source, std::optional<SealedFile> outline, storage::crypto::Key256 data_key,
           PlayedFile file, Steady lease_until)
    : terms_(std::move(terms)),
      source_(std::move(source)),
      outline_(std::move(outline)),
      file_(file),
      opened_(std::chrono::steady_clock::now() - terms_.age),
      lease_until_(lease_until),
      last_used_(std::chrono::steady_clock::now()),
      data_key_(std::move(data_key)) {}

bool Play::may_flow(Steady now, policy::Instant wall) const noexcept {
    return end_.load(std::memory_order_acquire) < 0 && now < lease_until_.load(std::memory_order_relaxed) &&
           wall < terms_.expires_at;
}

void Play::renewed(Steady lease_until) noexcept {
    lease_until_.store(lease_until, std::memory_order_relaxed);
}

bool Play::end(PlayEnd why) noexcept {
    int open = -1;
    const std::lock_guard lock(mutex_);
    if (!end_.compare_exchange_strong(open, static_cast<int>(why), std::memory_order_acq_rel)) return false;
    data_key_.reset();
    idle_.clear();
    return true;
}

std::optional<PlayEnd> Play::ended() const noexcept {
    const int end = end_.load(std::memory_order_acquire);
    return end < 0 ? std::nullopt : std::optional(static_cast<PlayEnd>(end));
}

std::uint64_t Play::begin_answer() {
    const std::lock_guard lock(mutex_);
    if (answers_.size() == kMaxAnswers) answers_.erase(answers_.begin());
    return answers_.emplace_back(++last_answer_);
}

bool Play::has_place(std::uint64_t answer) const noexcept {
    const std::lock_guard lock(mutex_);
    return std::ranges::find(answers_, answer) != answers_.end();
}

void Play::end_answer(std::uint64_t answer) noexcept {
    const std::lock_guard lock(mutex_);
    std::erase(answers_, answer);
}

policy::Result<Opener> Play::opener() {
    const std::lock_guard lock(mutex_);
    if (!data_key_) return policy::fail(policy::Code::kDenied, "the play is over");
    if (!idle_.empty()) {
        Opener opener = std::move(idle_.back());
        idle_.pop_back();
        return opener;
    }
    return Opener::create(*data_key_, seal_context(terms_.recording, file_.rendition()), source_.header,
                          source_.object->size_in_bytes());
}

policy::Result<SealedReader> Play::outline(Services& services) {
    if (!outline_) return policy::fail(policy::Code::kNotFound, "this recording has no outline");
    const std::lock_guard lock(mutex_);
    if (!data_key_) return policy::fail(policy::Code::kDenied, "the play is over");
    return SealedReader::create(services, *outline_, *data_key_, seal_context(terms_.recording, renditions::kOutline));
}

void Play::put_back(Opener opener) {
    static constexpr std::size_t kKept = 2;  // a player asks for one range, sometimes two
    const std::lock_guard lock(mutex_);
    if (data_key_ && idle_.size() < kKept) idle_.push_back(std::move(opener));
}

bool Play::served(std::uint64_t first, std::uint64_t last) {
    const std::lock_guard lock(mutex_);
    if (end_.load(std::memory_order_relaxed) >= 0) return false;
    add_range(ranges_, static_cast<std::int64_t>(first), static_cast<std::int64_t>(last));
    return true;
}

void Play::served_elsewhere(const ServedRanges& ranges) {
    const std::lock_guard lock(mutex_);
    for (const auto& [first, last] : ranges) add_range(ranges_, first, last);
}

ServedRanges Play::ranges() const {
    const std::lock_guard lock(mutex_);
    return ranges_;
}

std::int64_t Play::served_bytes() const {
    const std::lock_guard lock(mutex_);
    return total(ranges_);
}

void Play::sought(std::chrono::milliseconds at) noexcept {
    sought_.store(file_.lead_in_bytes() + bytes_in(at), std::memory_order_relaxed);
}

std::uint64_t Play::bytes_in(std::chrono::milliseconds sound) const noexcept {
    return static_cast<std::uint64_t>(std::max<std::int64_t>(0, sound.count())) * file_.bytes_per_second() / 1000;
}

/// The end of what an answer that begins there needs before it sounds.
std::uint64_t Play::beginning_ends(std::uint64_t begun) const noexcept {
    return std::max(begun, file_.lead_in_bytes()) + bytes_in(kBeginning);
}

/// The same for one that has come to `from`, and that the player may wait for.
std::uint64_t Play::beginning_ends(std::uint64_t begun, std::uint64_t from) const noexcept {
    const auto sought = sought_.load(std::memory_order_relaxed);
    const bool waited_for = begun <= sought && sought <= from + kWaitedForInBytes;
    return waited_for ? std::max(beginning_ends(begun), beginning_ends(sought)) : beginning_ends(begun);
}

/// The pace bounds how much sound goes out in all, not where it is heard: seeking stays free, copying a whole hour in a
/// second does not. A player that reads ahead would spend all of it, and a seek would then wait for the budget to grow:
/// so half of the head start is only for beginnings.
std::uint64_t Play::allowed_until(Steady now, std::uint64_t from, std::uint64_t begun) const noexcept {
    if (!terms_.pace) return file_.size_in_bytes();
    const std::chrono::milliseconds head_start = terms_.pace->head_start;
    const auto since = std::chrono::duration_cast<std::chrono::milliseconds>(now - opened_);
    const auto played = std::max(std::chrono::milliseconds{0}, since);
    const auto budget = file_.lead_in_bytes() + bytes_in(head_start + played * terms_.pace->times_real_time);
    const auto spent = static_cast<std::uint64_t>(served_bytes());
    const auto left = budget > spent ? budget - spent : 0;
    const auto kept_back = bytes_in(head_start / 2);
    const auto ends = beginning_ends(begun, from);
    const auto beginning = ends > from ? std::min(left, ends - from) : 0;
    return from + std::max(left > kept_back ? left - kept_back : 0, beginning);
}

}  // namespace gateway::recordings
