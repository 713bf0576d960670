#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "gateway/recordings/play.hpp"
#include "gateway/recordings/services.hpp"
#include "policy/ids.hpp"
#include "policy/result.hpp"

namespace gateway::recordings {

/// The plays that this gateway holds. One query for all of them, every few seconds, renews their leases, saves what was
/// served and says what others served; whatever does not go on ends. What ends a play on this gateway (a withdrawal, an
/// erasure, a logout that came here) ends it at once, on others that hold it within a lease.
///
/// Thread safety: any thread. Lifetime: must outlive every awaitable it returned.
class PlayRegistry {
  public:
    PlayRegistry(Services& services, std::chrono::milliseconds lease, std::chrono::milliseconds idle)
        : services_(services), lease_(lease), idle_(idle) {}

    std::chrono::milliseconds lease() const noexcept { return lease_; }

    /// How often all plays were ended: who is about to open one asks before looking at the caller.
    std::uint64_t generation() const;
    /// A play that was decided on under an older generation ends at once: what was true then may not be true now.
    /// Returns the play that is held from here on: the one that was there already when two requests took one up.
    std::shared_ptr<Play> add(std::shared_ptr<Play> play, std::uint64_t generation);
    std::shared_ptr<Play> find(const policy::PlayId& id) const;
    std::size_t size() const;
    /// Plays that one subject has running on this gateway.
    std::size_t running_of(const storage::audit::Pseudonym& subject) const;

    /// Ends and forgets the play and writes its closing entry, which says what was served; the last gateway that holds
    /// it does. While another call is at it nothing is left to do. kUnavailable: the entry is not durable yet;
    /// close_ended() tries again.
    boost::asio::awaitable<policy::Result<void>> close(std::shared_ptr<Play> play, PlayEnd why);

    /// No more bytes of this recording, from now on; the closing entries follow with close_ended().
    void end_recording(const policy::RecordingId& recording, PlayEnd why);
    void end_session(const storage::catalogue::Mac& session, PlayEnd why);
    /// Who may come in, or what they may do, has changed: every play ends, whoever still may opens a new one.
    void end_all(PlayEnd why);

    /// Renews, and ends what is idle, expired or not renewed; one query, whatever has ended. Called every few seconds
    /// by one owner.
    boost::asio::awaitable<policy::Result<void>> renew_all();

    /// The same for these alone: plays that are about to serve.
    boost::asio::awaitable<policy::Result<void>> renew(std::vector<std::shared_ptr<Play>> running);

    /// Writes the closing entries of what ended, one after the other: apart from the renewal, which no listener may
    /// wait for. Stops at the first that the database does not take now (the error); what stays is tried again next
    /// time.
    boost::asio::awaitable<policy::Result<void>> close_ended();

    /// The gateway stops: closes what has ended, as far as the database answers, and leaves the rest to whichever
    /// gateway is asked for it next.
    boost::asio::awaitable<void> hand_over_all();

  private:
    std::vector<std::shared_ptr<Play>> snapshot() const;
    void take_in(Play& play, const storage::catalogue::Renewed* said, Play::Steady until);

    Services& services_;
    const std::chrono::milliseconds lease_;
    const std::chrono::milliseconds idle_;
    mutable std::mutex mutex_;
    std::uint64_t generation_ = 0;
    std::map<policy::PlayId, std::shared_ptr<Play>> plays_;
};

/// The entry that closes a play: who, which recording, and what was really served, in seconds of sound.
storage::audit::Entry closing_entry(const Play& play, PlayEnd why, policy::Instant at);

}  // namespace gateway::recordings
