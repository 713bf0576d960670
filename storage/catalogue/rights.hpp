#pragma once

#include <optional>
#include <string>
#include <vector>

#include "storage/catalogue/jobs.hpp"
#include "storage/catalogue/purge.hpp"
#include "storage/catalogue/types.hpp"

namespace storage::catalogue {

class Pool;

using policy::RestrictionId;

struct NewRestriction {
    RestrictionId id;
    policy::RecordingId recording;
    std::string ground;  ///< "withdrawal", "objection", "accuracy", ...: a code.
    std::string set_by;  ///< Pseudonym.
};

struct RestrictionRow {
    RestrictionId id;
    policy::RecordingId recording;
    std::string ground;
    std::string set_by;
    policy::Instant set_at;
    std::optional<policy::Instant> lifted_at;
};

struct NewHold {
    policy::HoldId id;
    std::string matter_ref;  ///< Id of a sealed directory row; never the matter's name.
    std::string owner;       ///< Pseudonym of who places it.
    policy::Date review_on{};
    std::string owner_ref{};  ///< Id of a sealed directory row: who answers for it. Empty: none.
    bool whole = false;       ///< All of the recordings or none.
};

struct HoldRow {
    policy::HoldId id;
    std::string matter_ref;
    std::string owner;
    policy::Date review_on{};
    policy::Instant set_at;
    std::optional<policy::Instant> released_at;
    std::int64_t recordings = 0;
    std::string owner_ref{};
    std::string reviewer;  ///< Pseudonym of who reviewed it last; empty: nobody yet.
};

struct NewProposal {
    policy::ProposalId id;
    std::string kind;      ///< "erasure", "hold_release", "purge_continue", ...
    Bytes payload;         ///< Ids and codes only; at most 65536 bytes.
    std::string proposer;  ///< Pseudonym.
    std::chrono::milliseconds valid{std::chrono::hours(72)};
};

struct ProposalRow {
    policy::ProposalId id;
    std::string kind;
    Bytes payload;
    std::string proposer;
    policy::Instant proposed_at;
    policy::Instant expires_at;
    std::string state;  ///< "open", "approved", "rejected" ("open" past expires_at is expired)
    std::string decider;
    std::optional<policy::Instant> decided_at;
};

enum class Approval {
    kDone,
    kSamePerson,  ///< The proposer cannot decide.
    kClosed,      ///< Decided already, or expired.
    kGone,        ///< What the act needs is not there any more (a live recording, a stopped run); nothing was decided.
};

/// Restrictions, holds and what takes two people. Each change of a recording's flags bumps its version, which stops
/// plays that were decided on the old ones.
class Rights {
  public:
    explicit Rights(Pool& pool) : pool_(pool) {}

    /// Restricts at once. Repeating the same id is harmless. kNotFound: no live recording.
    Answer<void> restrict(const NewRestriction& restriction, const std::vector<NewJob>& jobs, EntryBytes entry,
                          Deadline deadline);

    /// `notice_ref`: id of the notice that was sent before (rule 33). kNotFound: no such open restriction.
    Answer<void> lift(RestrictionId id, const std::string& lifted_by, const std::string& notice_ref, EntryBytes entry,
                      Deadline deadline);

    Answer<std::vector<RestrictionRow>> restrictions(policy::RecordingId recording, Deadline deadline);

    /// Holds these recordings (1..1000) for one matter; more may follow with the same hold. Answers those that are held
    /// now; what was gone or purging is left out.
    Answer<std::vector<policy::RecordingId>> hold(const NewHold& hold,
                                                  const std::vector<policy::RecordingId>& recordings,
                                                  const std::vector<NewJob>& jobs, EntryBytes entry, Deadline deadline);

    /// The recordings under a hold, open or not, by id.
    Answer<std::vector<policy::RecordingId>> held_by(policy::HoldId id, Deadline deadline);

    /// Deletes holds that were released and proposals that were decided or expired before `before`; how many.
    Answer<std::int64_t> forget(policy::Date before, Deadline deadline);

    /// Moves the review date; by another person than the last who approved it (kDenied). kNotFound: no such open hold.
    Answer<void> review_hold(policy::HoldId id, const std::string& reviewer, policy::Date review_on, EntryBytes entry,
                             Deadline deadline);

    /// Ends a hold (after its proposal was approved); its recordings that are past their date become due.
    /// kNotFound: no such open hold.
    Answer<void> release_hold(policy::HoldId id, EntryBytes entry, Deadline deadline);

    Answer<HoldRow> hold_row(policy::HoldId id, Deadline deadline);
    /// Open holds by review date, at most 1000.
    Answer<std::vector<HoldRow>> open_holds(Deadline deadline);

    Answer<void> propose(NewProposal proposal, EntryBytes entry, Deadline deadline);
    /// kNotFound: none.
    Answer<ProposalRow> proposal(policy::ProposalId id, Deadline deadline);
    /// Open proposals, oldest first, at most 1000.
    Answer<std::vector<ProposalRow>> open_proposals(Deadline deadline);

    /// A second person decides. kDone: the decision, the jobs that carry it out and the entry are durable together.
    /// kNotFound: no such proposal.
    Answer<Approval> decide(policy::ProposalId id, const std::string& decider, bool approve,
                            const std::vector<NewJob>& jobs, EntryBytes entry, Deadline deadline);

    /// decide() for a hold that was asked for: approves and holds all of the recordings in one statement, or nothing.
    Answer<Approval> approve_hold(policy::ProposalId id, const std::string& decider, const NewHold& hold,
                                  const std::vector<policy::RecordingId>& recordings, EntryBytes entry,
                                  Deadline deadline);
    /// decide() for the release of a hold: approves and releases in one statement. A hold that is released already is
    /// no failure.
    Answer<Approval> approve_release(policy::ProposalId id, const std::string& decider, policy::HoldId hold,
                                     EntryBytes entry, Deadline deadline);

    /// decide() for a purge that the brake stopped: approves and queues the run in one statement. kGone: the run is not
    /// stopped any more, or by now for other reasons or with another number of calls than the proposer saw.
    Answer<Approval> approve_continue(policy::ProposalId id, const std::string& decider, PurgeRunId run,
                                      const AcceptedStop& seen, EntryBytes entry, Deadline deadline);

    /// Rule 47: whether the subject proposed or approved an erasure of the recording that is open or approved.
    Answer<bool> erases(policy::RecordingId recording, const std::string& subject, Deadline deadline);

  private:
    Pool& pool_;
};

}  // namespace storage::catalogue
