#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/recordings/played_file.hpp"
#include "gateway/recordings/sealed_file.hpp"
#include "gateway/recordings/served_ranges.hpp"
#include "policy/access.hpp"
#include "policy/ids.hpp"
#include "policy/time.hpp"
#include "storage/audit/entry.hpp"
#include "storage/catalogue/types.hpp"
#include "storage/crypto/opener.hpp"
#include "storage/crypto/secret.hpp"
#include "storage/objects/object_store.hpp"

namespace gateway::recordings {

/// Why a play ended: the words of the API, the audit log and the catalogue.
enum class PlayEnd { kClosed, kIdle, kExpired, kRevoked, kLoggedOut, kCorrupt };
std::string_view text(PlayEnd end);
/// Nothing: no word of ours.
std::optional<PlayEnd> parse_play_end(std::string_view text);

/// What a play is from its opening on.
struct PlayTerms {
    /// Of a play whose session has no end of its own.
    static constexpr std::chrono::hours kLongest{24};

    policy::PlayId id;
    policy::RecordingId recording;
    policy::LogId log_id;
    storage::catalogue::Mac session{};
    storage::audit::Actor actor;
    std::vector<std::string> teams;  ///< Of the subject, when it was opened.
    policy::AccessPurpose purpose = policy::AccessPurpose::kQuality;
    policy::Instant opened_at;
    policy::Instant expires_at;  ///< Of the session; no byte flows after it.
    std::optional<policy::Pace> pace;
    std::chrono::milliseconds age{};  ///< How long ago it was opened, when this gateway took it up.
    /// SHA-256 of the credentials that opened it, as they came over the wire: the same ones are not verified again for
    /// each range. Zero when the caller had none of that kind.
    std::array<std::byte, 32> credentials{};
};

/// One running play: the right to hear a recording for as long as its lease is renewed, and what that needs: the open
/// object, the data key, the shape of the audio. No range request asks the database, the vault or the folder again.
/// Other gateways may hold the same play, each with a lease of its own.
///
/// Thread safety: every member, from any loop. Lifetime: shared by the registry and the answers under way.
class Play {
  public:
    using Steady = std::chrono::steady_clock::time_point;

    /// Answers that one play may have under way: as many as a browser opens connections to one host, for its player may
    /// leave answers waiting at places that it was at before. For one more the oldest ends: whoever asks anew has left
    /// it, although its connection need not tell yet. To refuse the new one would be the end of the player's sound.
    static constexpr std::size_t kMaxAnswers = 6;

    /// `outline`: set when the recording has one.
    Play(PlayTerms terms, SealedFile source, std::optional<SealedFile> outline, storage::crypto::Key256 data_key,
         PlayedFile file, Steady lease_until);

    const PlayTerms& terms() const noexcept { return terms_; }
    /// What the listener gets, and its bytes as they are stored.
    const PlayedFile& file() const noexcept { return file_; }
    storage::objects::Object& object() const noexcept { return *source_.object; }

    bool has_outline() const noexcept { return outline_.has_value(); }
    /// A reader of the outline. kNotFound: there is none. kDenied: the play has ended.
    policy::Result<SealedReader> outline(Services& services);

    /// Whether a byte may flow now: open, lease running, session not over. False ends nothing by itself.
    bool may_flow(Steady now, policy::Instant wall) const noexcept;
    void renewed(Steady lease_until) noexcept;

    /// Ends it and wipes its keys; the first reason counts. True for the call that ended it. An answer under way keeps
    /// its opener until it notices.
    bool end(PlayEnd why) noexcept;
    std::optional<PlayEnd> ended() const noexcept;

    /// Takes the closing of the play on; false when somebody has. Who fails gives it back.
    bool begin_closing() noexcept { return !closing_.exchange(true); }
    void give_up_closing() noexcept { closing_.store(false); }

    /// For AnswerPlace.
    std::uint64_t begin_answer();
    bool has_place(std::uint64_t answer) const noexcept;
    void end_answer(std::uint64_t answer) noexcept;

    /// An opener to read with; give it back with put_back(). Answers run side by side, so there may be several.
    /// kDenied: the play has ended.
    policy::Result<storage::crypto::Opener> opener();
    void put_back(storage::crypto::Opener opener);

    /// [first, last) of the file is about to go out. False: the play has ended, nothing may. What was served
    /// when it ends is therefore final.
    bool served(std::uint64_t first, std::uint64_t last);
    /// What went out at other gateways: it counts for the pace, and for the entry that closes the play, as if it had
    /// gone out here. Also after the end.
    void served_elsewhere(const ServedRanges& ranges);
    ServedRanges ranges() const;
    /// Distinct bytes of sound that went out, anywhere.
    std::int64_t served_bytes() const;

    /// When bytes were asked for or sent last.
    Steady last_used() const noexcept { return last_used_.load(std::memory_order_relaxed); }
    void used(Steady now) noexcept { last_used_.store(now, std::memory_order_relaxed); }

    /// The listener goes to that moment of the sound. Players may wait for an answer under way to come to it, instead
    /// of asking for what is there (Chromium does, for up to 160 KiB): such an answer may go on to it at once, and to a
    /// beginning from there on, out of what the pace keeps for seeks.
    void sought(std::chrono::milliseconds at) noexcept;

    /// The position up to which the pace allows an answer that began at `begun`, and has come to `from`, to be sent at
    /// `now`; the end of the file without a pace. The clock of the pace starts when the play is opened.
    std::uint64_t allowed_until(Steady now, std::uint64_t from, std::uint64_t begun) const noexcept;

  private:
    std::uint64_t bytes_in(std::chrono::milliseconds sound) const noexcept;
    std::uint64_t beginning_ends(std::uint64_t begun) const noexcept;
    std::uint64_t beginning_ends(std::uint64_t begun, std::uint64_t from) const noexcept;

    const PlayTerms terms_;
    const SealedFile source_;
    const std::optional<SealedFile> outline_;
    const PlayedFile file_;
    const Steady opened_;
    std::atomic<Steady> lease_until_;
    std::atomic<Steady> last_used_;
    std::atomic<int> end_{-1};
    std::atomic<bool> closing_{false};
    std::atomic<std::uint64_t> sought_{0};  ///< A position; 0 is where every first answer begins.
    mutable std::mutex mutex_;
    std::optional<storage::crypto::Key256> data_key_;  ///< Until the end.
    std::vector<storage::crypto::Opener> idle_;
    ServedRanges ranges_;
    std::uint64_t last_answer_ = 0;
    std::vector<std::uint64_t> answers_;  ///< Under way, oldest first.
};

/// A place among the answers of a play that are under way, for as long as it lives. Lost to a newer one when there are
/// too many (Play::kMaxAnswers): then nothing more may flow.
class AnswerPlace {
  public:
    explicit AnswerPlace(std::shared_ptr<Play> play) : play_(std::move(play)), answer_(play_->begin_answer()) {}
    ~AnswerPlace() { play_->end_answer(answer_); }
    AnswerPlace(const AnswerPlace&) = delete;
    AnswerPlace& operator=(const AnswerPlace&) = delete;

    Play& play() const noexcept { return *play_; }
    /// Whether a byte may flow now: the place is held still, and Play::may_flow.
    bool may_flow(Play::Steady now, policy::Instant wall) const noexcept {
        return play_->may_flow(now, wall) && play_->has_place(answer_);
    }

  private:
    std::shared_ptr<Play> play_;
    std::uint64_t answer_;
};

}  // namespace gateway::recordings
