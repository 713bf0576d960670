#pragma once

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
    std::string case_ref;  ///< Id of a sealed directory row, or empty; never a case number.
    std::string gateway;   ///< Unique to the process's life: whose renewals count.
    std::chrono::milliseconds lease{15000};
    EntryBytes entry;  ///< The permit.
};

enum class PlayOpening {
    kOpened,          ///< The entry is durable: bytes may flow until the lease ends.
    kChanged,         ///< The recording's flags or state moved on: read the facts and decide again.
    kSessionRevoked,  ///< Logged out, or the subject was revoked.
    kGone,            ///< Purged or purging, or its purge date is reached.
};

/// What a gateway served of a play so far; both only grow.
struct Served {
    policy::PlayId play;
    std::int64_t bytes = 0;
    /// Half-open ranges [first, second) of the virtual WAV, in any order; merged in the catalogue. At most 64.
    std::vector<std::pair<std::int64_t, std::int64_t>> ranges;
};

/// What a renewal says of the plays it was asked about; of those in neither list the recording is not to be heard, or
/// the lease had run out.
struct Renewal {
    std::vector<policy::PlayId> going;
    std::vector<policy::PlayId> logged_out;  ///< Their session or login is over.
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
    std::string close_reason;
    std::int64_t served_bytes = 0;
    std::vector<std::pair<std::int64_t, std::int64_t>> ranges;  ///< Sorted, disjoint.
};

/// Plays: who hears what, for which purpose, under a lease that every gateway renews for all of its plays at once.
class Plays {
  public:
    explicit Plays(Pool& pool) : pool_(pool) {}

    /// One statement: compares state, version, purge date and session on fresh rows and writes play and entry together.
    Answer<PlayOpening> open(NewPlay play, Deadline deadline);

    /// One statement for all open plays of a gateway: saves what was served and extends the leases of those that may go
    /// on; for all others bytes stop now and close() follows. A play goes on while its recording is live, before its
    /// purge date and as open() found it (or free of restriction and quarantine), neither its session nor the login at
    /// the issuer is revoked, and its lease had not run out (an orphan may have been closed already).
    Answer<Renewal> renew(const std::string& gateway, const std::vector<Served>& served, policy::Date today,
                          std::chrono::milliseconds lease, Deadline deadline);

    /// Ends a play with its entry. True: this call ended it. False: it had ended before and no entry was written.
    /// When the row is gone with its recording, the entry is written all the same; a play that outlived its recording
    /// goes now.
    Answer<bool> close(const Served& served, const std::string& reason, EntryBytes entry, Deadline deadline);

    /// Open plays whose lease ran out more than `grace` ago: their gateway died. The caller closes each.
    Answer<std::vector<PlayRow>> orphans(std::chrono::milliseconds grace, std::int32_t limit, Deadline deadline);

    /// kNotFound: none (or gone with its recording).
    Answer<PlayRow> get(policy::PlayId id, Deadline deadline);

    /// Who listened to a recording, newest first; up to `limit` (<= 1000).
    Answer<std::vector<PlayRow>> history(policy::RecordingId recording, std::int32_t limit, Deadline deadline);

    /// Of these recordings (1..1000), those that one of the subjects ever opened a play of (rule 47).
    Answer<std::vector<policy::RecordingId>> played_by(const std::vector<policy::RecordingId>& recordings,
                                                       const std::vector<std::string>& subjects, Deadline deadline);

  private:
    Pool& pool_;
};

}  // namespace storage::catalogue
