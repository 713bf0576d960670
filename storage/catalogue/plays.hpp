#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "storage/catalogue/types.hpp"

namespace storage::catalogue {

class Pool;

struct NewPlay {
    policy::PlayId id;
    policy::RecordingId recording;
    std::int64_t expected_version = 0;  ///< AccessState::version of the facts that policy::may decided on.
    policy::Date today{};
    bool past_purge_date = false;  ///< Policy allowed it for the ground that keeps it beyond its purge date.
    Mac session{};                 ///< HMAC of the session (or token) id.
    policy::Instant session_started;
    std::string subject;  ///< Pseudonym.
    std::string purpose;
    std::string case_ref;            ///< Id of a sealed directory row, or empty; never a case number.
    std::string gateway;             ///< Unique to the process's life: the first that holds it.
    std::vector<std::string> roles;  ///< As what the subject listens.
    std::vector<std::string> teams;
    std::chrono::milliseconds lease{15000};
    EntryBytes entry;  ///< The permit.
};

enum class PlayOpening {
    kOpened,          ///< The entry is durable: bytes may flow until the lease ends.
    kChanged,         ///< The recording's flags or state moved on: read the facts and decide again.
    kSessionRevoked,  ///< Logged out, or the subject was revoked.
    kGone,            ///< Purged or purging, or its purge date is reached.
};

/// Sorted or not, half-open ranges [first, second) of the file that is played.
using PlayRanges = std::vector<std::pair<std::int64_t, std::int64_t>>;

/// What was served of a play, as one gateway knows it; it only grows.
struct Served {
    policy::PlayId play;
    PlayRanges ranges;  ///< In any order; merged in the catalogue. At most 64.
};

/// What a renewal says of a play. One that it was asked about and leaves out is closed.
struct Renewed {
    policy::PlayId play;
    bool goes_on = false;
    bool logged_out = false;  ///< Its session or login is over.
    std::string ended_as;     ///< Another gateway ended it, as this; else empty: the recording is not to be heard.
    PlayRanges elsewhere;     ///< What all served, when other gateways hold it too; else empty.
};

enum class Leaving {
    kClosed,      ///< It is closed, and the entry durable.
    kWasClosed,   ///< It had been closed before; no entry was written.
    kStillHeld,   ///< Others hold it: what was served is saved, the last of them writes the entry.
    kMoreServed,  ///< Nobody holds it, and the entry did not know of all that was served: make it anew.
};

struct Left {
    Leaving outcome = Leaving::kClosed;
    PlayRanges served;  ///< By all gateways, for kMoreServed.
};

struct PlayRow {
    policy::PlayId id;
    policy::RecordingId recording;
    Mac session{};
    std::string subject;
    std::string purpose;
    std::string case_ref;
    policy::Instant opened_at;
    policy::Instant lease_until;
    std::optional<policy::Instant> closed_at;
    std::string close_reason;  ///< Without closed_at: it is ending, gateways that hold it learn so when they renew.
    bool held = false;         ///< By a gateway, alive or not.
    std::int64_t served_bytes = 0;
    PlayRanges ranges;  ///< Sorted, disjoint.
};

/// A play as it is told later. Of a play that a gateway of the version before opened, roles and teams are empty.
struct Listening {
    PlayRow play;
    std::vector<std::string> roles;
    std::vector<std::string> teams;
    std::string media;  ///< RecordingRow::media.
};

/// A play that a further gateway takes up.
struct HeldPlay {
    PlayRow row;
    std::chrono::milliseconds age{};  ///< Since it was opened, by the database's clock.
};

/// Plays: who hears what, for which purpose. Any number of gateways may hold one: each serves ranges of it for as long
/// as its own renewals say that it goes on.
class Plays {
  public:
    explicit Plays(Pool& pool) : pool_(pool) {}

    /// One statement: compares state, version, purge date and session on fresh rows and writes play and entry together.
    Answer<PlayOpening> open(NewPlay play, Deadline deadline);

    /// One statement for all plays that a gateway holds: saves what was served and extends the leases of those that may
    /// go on; for all others bytes stop now and leave() follows. A play goes on while its recording is live, before its
    /// purge date and as open() found it (or free of restriction and quarantine), neither its session nor the login at
    /// the issuer is revoked, and nobody ended it.
    Answer<std::vector<Renewed>> renew(const std::string& gateway, const std::vector<Served>& served,
                                       policy::Date today, std::chrono::milliseconds lease, Deadline deadline);

    /// A further gateway takes a running play up, and may serve it once renew() says that it goes on. Whether it is the
    /// caller's is the caller's to know. kNotFound: it has ended.
    Answer<HeldPlay> hold(policy::PlayId play, const std::string& gateway, Deadline deadline);

    /// A gateway that stops leaves its plays to whoever is asked for them next.
    Answer<void> let_go(const std::string& gateway, const std::vector<Served>& served, Deadline deadline);

    /// Ends a play that other gateways hold, as `reason`: they learn so at their next renewal.
    Answer<void> end(policy::PlayId play, const std::string& reason, Deadline deadline);

    /// A gateway leaves a play; the last one closes it with its entry. `everywhere`: it ends for the others too. When
    /// the row is gone with its recording, the entry is written all the same; a play that outlived its recording goes
    /// now.
    Answer<Left> leave(const Served& served, const std::string& gateway, const std::string& reason, bool everywhere,
                       EntryBytes entry, Deadline deadline);

    /// Plays that nobody renewed for longer than lease and `grace`: whoever held them died, or stopped and nobody took
    /// them up. The caller closes each.
    Answer<std::vector<PlayRow>> orphans(std::chrono::milliseconds grace, std::int32_t limit, Deadline deadline);

    /// Closes such a play with its entry. False: somebody took it up meanwhile, or closed it.
    Answer<bool> close_orphan(policy::PlayId play, std::chrono::milliseconds grace, const std::string& reason,
                              EntryBytes entry, Deadline deadline);

    /// kNotFound: none (or gone with its recording).
    Answer<PlayRow> get(policy::PlayId id, Deadline deadline);

    /// Who listened to a recording, newest first; up to `limit` (<= 1000).
    Answer<std::vector<Listening>> history(policy::RecordingId recording, std::int32_t limit, Deadline deadline);
    /// What a subject opened from <= opened_at < until, of recordings that are still there; newest first, up to
    /// `limit`.
    Answer<std::vector<Listening>> history_of(const std::string& subject, policy::Instant from, policy::Instant until,
                                              std::int32_t limit, Deadline deadline);

    /// Of these recordings (1..1000), those that one of the subjects ever opened a play of (rule 47).
    Answer<std::vector<policy::RecordingId>> played_by(const std::vector<policy::RecordingId>& recordings,
                                                       const std::vector<std::string>& subjects, Deadline deadline);

  private:
    Pool& pool_;
};

}  // namespace storage::catalogue
