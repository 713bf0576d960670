#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "policy/terms.hpp"
#include "policy/time.hpp"

namespace policy {

enum class Role { kRecorder, kQa, kSupervisor, kPrivacyOfficer, kAuditor, kAdmin };
std::string_view text(Role role);  ///< recorder, qa, supervisor, privacy_officer, auditor, admin
std::optional<Role> parse_role(std::string_view text);
std::span<const Role> all_roles();

/// The second factor of a login, as the identity provider stated it.
struct Mfa {
    bool reached = false;                ///< acr or amr say that a second factor was used
    std::optional<Instant> auth_time{};  ///< when
};

/// Who asks. Holds no name.
struct Subject {
    std::string pseudonym;  ///< the same person or program has the same one, always; never empty
    std::vector<Role> roles;
    std::vector<std::string> teams;  ///< team ids that qa and supervisor may reach
    Mfa mfa;
};

/// Everything that needs a decision. The second column says what it is decided over.
enum class Action {
    kPush,              ///< deployment
    kSeeReceipt,        ///< recording: the sender's own
    kReportWithdrawal,  ///< recording
    kSearch,            ///< deployment: the permit says over which teams
    kSeeFacts,          ///< recording: metadata without audio
    kPlay,              ///< recording
    kDownload,          ///< recording
    kTranscribe,        ///< recording
    kAnalyse,           ///< recording
    kShare,             ///< recording: with a partner
    kExport,            ///< recording: for the person who was recorded
    kComment,           ///< recording
    kAskHold,           ///< recording: a request to the privacy officer
    kPlaceHold,         ///< recording
    kRenewHold,         ///< recording
    kReleaseHold,       ///< recording: proposal
    kRestrict,          ///< recording
    kLiftRestriction,   ///< recording
    kErase,             ///< recording: proposal
    kLongerClass,       ///< recording: proposal
    kCorrectBasis,      ///< recording: proposal
    kUseRestricted,     ///< recording: proposal to use it on an 18(2) ground
    kOverridePolicy,    ///< deployment: proposal
    kSeePurgeReport,    ///< deployment
    kRunPurge,          ///< deployment: starts what the schedule would start; chooses nothing
    kContinuePurge,     ///< deployment: proposal to go on after the brake
    kSeeAccessHistory,  ///< recording: who listened
    kSeeListening,      ///< deployment: what one person heard
    kSeeHolds,          ///< deployment: the holds, with matter and owner
    kSeeProposals,      ///< deployment: what waits for a second person
    kSeeCertificate,    ///< deployment: the recording is gone
    kReadLog,           ///< deployment
    kConfigure,         ///< deployment
    kManageKeys,        ///< deployment
    kOperate,           ///< deployment
};
std::string_view text(Action action);  ///< "play", "place_hold", ...
std::span<const Action> all_actions();

/// Rule 47: the matrix, as in the README. Roles alone, without everything else that may() looks at. Ask it before
/// looking a recording up, so that a refusal by role tells nothing about what exists.
bool role_allows(Role role, Action action);

/// Whether the action is decided over one recording.
bool concerns_recording(Action action);

/// True for roles that no one may hold together: recorder or admin with any that hears; auditor with any other.
bool conflicting(std::span<const Role> roles);

enum class RecordingState { kLive, kPurging };

/// The recording that is asked for, as of the same moment as the request.
struct RecordingFacts {
    RecordingState state = RecordingState::kLive;
    std::string team;
    std::vector<Purpose> purposes;
    Date purge_date{};                    ///< ordinary purge date: due from this day on
    std::optional<Date> statutory_until;  ///< a statutory class keeps it before this day
    bool held = false;                    ///< open holds
    std::optional<Date> hold_review_on;   ///< the earliest review date of the open holds
    std::optional<RestrictionGround> restriction;
    bool quarantined = false;
    bool sent_by_subject = false;     ///< the asking subject pushed it
    bool played_by_subject = false;   ///< ever
    bool erasure_by_subject = false;  ///< the asking subject proposed or approved its erasure
    std::optional<BasisKind> basis;   ///< looked at by a withdrawal; absent: not looked at
};

/// What is asked beside the action.
struct Request {
    Instant now{};
    /// Local day. The caller takes the later of the clock's and the persisted high-water mark's, so that a clock that
    /// was moved back revives nothing (rule 18).
    Date today{};
    std::optional<AccessPurpose> purpose;
    bool case_given = false;  ///< a case id that exists
    std::optional<RestrictedUse> restricted_use;
    std::optional<std::string> restricted_use_approver;  ///< pseudonym of the second person who approved that use
    bool notice_sent = false;  ///< lifting a restriction: the id of the notice to the person is on file (rule 33)
};

/// How old a second factor may be, and how fast audio may flow. A site may shorten and slow down; larger values than
/// these have no effect.
struct AccessRules {
    std::chrono::seconds session_max_age = std::chrono::hours{8};  ///< search and other reading by people
    std::chrono::seconds listen_max_age = std::chrono::minutes{15};
    std::chrono::seconds act_max_age = std::chrono::minutes{5};  ///< erase, hold, change policy, approve
    std::chrono::seconds pace_head_start{90};
    unsigned pace_times_real_time = 4;
};

/// Audio flows at once up to head_start ahead of the start of playing, then at times_real_time.
struct Pace {
    std::chrono::seconds head_start{90};
    unsigned times_real_time = 4;
};

struct Permit {
    std::optional<Pace> pace;                            ///< kPlay: must be kept to
    std::optional<std::vector<std::string>> only_teams;  ///< kSearch: results of these teams only; absent: all teams
    bool restricted_too = false;  ///< kSearch: restricted recordings too, and kept ones past their purge date
};

/// Why not. text() is the stable code that goes into the audit entry and the problem.
enum class DenyReason {
    kNoRole,  ///< no role of this subject allows the action
    kConflictingRoles,
    kNotYours,  ///< another team's, or another sender's
    kPurging,
    kPastPurgeDate,
    kQuarantined,
    kRestricted,
    kSecondApprover,  ///< an 18(2) ground without another person's approval
    kHoldReviewOverdue,
    kKeptForOtherGround,  ///< past its ordinary date a recording serves only what keeps it
    kPurposeMissing,
    kPurposeNotRecorded,  ///< not one of the recording's purposes, nor a right beside them
    kCaseMissing,
    kPlayedBefore,    ///< who played it does not erase it
    kErasedBySame,    ///< who erases it does not play it
    kHeld,            ///< an open hold forbids erasure
    kStatutory,       ///< a statutory class forbids erasure
    kOpposesErasure,  ///< Art. 18(1)(b), (c): the person wants it restricted and not erased
    kNoticeNotSent,
    kNotOnConsent,  ///< there is no consent to withdraw
    kWithdrawn,     ///< a withdrawn consent ends with the erasure and cannot be lifted
    kSamePerson,    ///< approver and proposer are one
    kProposalExpired,
    kMalformed,  ///< the question lacks what it needs (no pseudonym, no recording): a defect of the caller
};
std::string_view text(DenyReason reason);
std::string_view sentence(DenyReason reason);  ///< what to do, for the person; no personal data
std::span<const DenyReason> all_deny_reasons();

struct Deny {
    DenyReason reason = DenyReason::kNoRole;
    /// Answer as if the recording did not exist: what is not yours looks like what is not there.
    bool conceal = false;
};

/// Would be permitted with a second factor no older than max_age (RFC 9470).
struct StepUp {
    std::chrono::seconds max_age{};
};

using Decision = std::variant<Permit, Deny, StepUp>;

inline bool permitted(const Decision& decision) {
    return std::holds_alternative<Permit>(decision);
}

/// Decides one action on one recording. Deny by default; a Deny is final, a StepUp comes only when nothing else stands
/// in the way.
///
/// From the purge date on hearing is denied, unless a hold, a statutory class or a restriction keeps the recording:
/// then it is for that ground only (legal_claim, statutory, an approved 18(2) use), with a case.
Decision may(const Subject& subject, Action action, const RecordingFacts& recording, const Request& request,
             const AccessRules& rules = {});

/// Decides an action that concerns no single recording. For an action on a recording this denies as kMalformed.
Decision may(const Subject& subject, Action action, const Request& request, const AccessRules& rules = {});

}  // namespace policy
