#include "policy/access.hpp"

#include <algorithm>
#include <iterator>

#include "policy/hold.hpp"

namespace policy {

namespace {

using Reason = std::optional<DenyReason>;

/// What is asked, by whom, through which roles.
struct Question {
    const Subject& subject;
    Action action;
    const RecordingFacts& recording;
    const Request& request;
    std::vector<Role> through;  ///< the roles that allow the action and reach the recording
};

bool through(const Question& q, Role role) {
    return std::ranges::find(q.through, role) != q.through.end();
}
bool only_through(const Question& q, Role role) {
    return std::ranges::all_of(q.through, [role](Role r) { return r == role; });
}

bool hears(Action action) {
    switch (action) {
        case Action::kPlay:
        case Action::kDownload:
        case Action::kTranscribe:
        case Action::kAnalyse:
        case Action::kShare:
        case Action::kExport:
            return true;
        default:
            return false;
    }
}

bool reaches(Role role, const Subject& subject, const RecordingFacts& recording) {
    switch (role) {
        case Role::kRecorder:
            return recording.sent_by_subject;
        case Role::kQa:
        case Role::kSupervisor:
            return std::ranges::find(subject.teams, recording.team) != subject.teams.end();
        default:
            return true;
    }
}

bool past_date(const Question& q) {
    return q.recording.purge_date <= q.request.today;
}
bool statute_keeps(const Question& q) {
    return q.recording.statutory_until && q.request.today < *q.recording.statutory_until;
}
/// A withdrawn consent restricts but keeps nothing.
bool restriction_keeps(const Question& q) {
    return q.recording.restriction && *q.recording.restriction != RestrictionGround::kWithdrawal;
}
bool kept(const Question& q) {
    return q.recording.held || statute_keeps(q) || restriction_keeps(q);
}

/// Rules 14, 16: from the purge date on a recording serves only what keeps it.
Reason check_date(const Question& q) {
    if (q.recording.state == RecordingState::kPurging) return DenyReason::kPurging;
    if (!past_date(q)) return std::nullopt;
    if (!kept(q)) return DenyReason::kPastPurgeDate;
    const bool for_claim = q.recording.held && q.request.purpose == AccessPurpose::kLegalClaim;
    const bool for_statute = statute_keeps(q) && q.request.purpose == AccessPurpose::kStatutory;
    const bool for_restriction = restriction_keeps(q) && q.request.restricted_use;
    if (for_claim || for_statute || for_restriction) return std::nullopt;
    return DenyReason::kKeptForOtherGround;
}

/// Rule 32: restricted means stored and nothing else, a declared 18(2) ground and a second person aside.
Reason check_restriction(const Question& q) {
    if (!q.recording.restriction) return std::nullopt;
    if (!q.request.restricted_use) return DenyReason::kRestricted;
    const auto& approver = q.request.restricted_use_approver;
    if (!approver || approver->empty() || *approver == q.subject.pseudonym) return DenyReason::kSecondApprover;
    return std::nullopt;
}

/// Rule 17: a hold that nobody reviewed in time serves its claim only. Unknown review date: overdue.
Reason check_hold_review(const Question& q) {
    if (!q.recording.held || q.request.purpose == AccessPurpose::kLegalClaim) return std::nullopt;
    const auto& review = q.recording.hold_review_on;
    if (review && !hold_review_overdue(*review, q.request.today)) return std::nullopt;
    return DenyReason::kHoldReviewOverdue;
}

bool recorded_for(const Question& q, Purpose purpose) {
    return std::ranges::find(q.recording.purposes, purpose) != q.recording.purposes.end();
}

bool purpose_allowed(const Question& q, AccessPurpose purpose) {
    switch (purpose) {
        case AccessPurpose::kQuality:
            return recorded_for(q, Purpose::kQuality);
        case AccessPurpose::kTraining:
            return recorded_for(q, Purpose::kTraining);
        case AccessPurpose::kComplaint:
            return recorded_for(q, Purpose::kComplaint);
        case AccessPurpose::kContractEvidence:
            return recorded_for(q, Purpose::kContractEvidence);
        case AccessPurpose::kStatutory:
            return recorded_for(q, Purpose::kStatutory) || statute_keeps(q);
        case AccessPurpose::kSubjectRequest:
        case AccessPurpose::kLegalClaim:
            return through(q, Role::kPrivacyOfficer);
    }
    return false;
}

/// Rule 44: everyday listening names no case; whatever is about one call's dispute does, and so do the privacy officer
/// and everyone past the purge date always.
bool needs_case(const Question& q, AccessPurpose purpose) {
    const bool everyday = purpose == AccessPurpose::kQuality || purpose == AccessPurpose::kTraining;
    return !everyday || past_date(q) || only_through(q, Role::kPrivacyOfficer);
}

Reason check_purpose(const Question& q) {
    if (!q.request.purpose) return DenyReason::kPurposeMissing;
    if (!purpose_allowed(q, *q.request.purpose)) return DenyReason::kPurposeNotRecorded;
    if (needs_case(q, *q.request.purpose) && !q.request.case_given) return DenyReason::kCaseMissing;
    return std::nullopt;
}

Reason check_hearing(const Question& q) {
    if (q.recording.quarantined) return DenyReason::kQuarantined;
    if (const Reason no = check_date(q)) return no;
    if (q.recording.erasure_by_subject) return DenyReason::kErasedBySame;
    if (const Reason no = check_restriction(q)) return no;
    if (const Reason no = check_purpose(q)) return no;
    return check_hold_review(q);
}

/// Reading metadata, commenting, and whatever would keep the recording longer: not once its date has come.
Reason check_living(const Question& q) {
    if (q.recording.state == RecordingState::kPurging) return DenyReason::kPurging;
    if (past_date(q) && !kept(q)) return DenyReason::kPastPurgeDate;
    if (q.recording.quarantined && !through(q, Role::kPrivacyOfficer)) return DenyReason::kQuarantined;
    return std::nullopt;
}

/// Rules 21, 32: what is quarantined or restricted is the privacy officer's to look at, and they name the case.
Reason check_facts(const Question& q) {
    if (const Reason no = check_living(q)) return no;
    if (q.recording.restriction && !through(q, Role::kPrivacyOfficer)) return DenyReason::kRestricted;
    if (!q.request.purpose) return DenyReason::kPurposeMissing;
    if (only_through(q, Role::kPrivacyOfficer) && !q.request.case_given) return DenyReason::kCaseMissing;
    return std::nullopt;
}

Reason check_erasure(const Question& q) {
    if (q.recording.state == RecordingState::kPurging) return DenyReason::kPurging;
    if (q.recording.held) return DenyReason::kHeld;
    if (statute_keeps(q)) return DenyReason::kStatutory;
    if (q.recording.restriction == RestrictionGround::kUnlawful ||
        q.recording.restriction == RestrictionGround::kClaims) {
        return DenyReason::kOpposesErasure;
    }
    if (q.recording.played_by_subject) return DenyReason::kPlayedBefore;
    return std::nullopt;
}

Reason check_act(const Question& q) {
    if (hears(q.action)) return check_hearing(q);
    switch (q.action) {
        case Action::kErase:
            return check_erasure(q);
        case Action::kReportWithdrawal:
            return q.recording.basis.value_or(BasisKind::kConsent) == BasisKind::kConsent ? Reason{}
                                                                                          : DenyReason::kNotOnConsent;
        case Action::kLiftRestriction:
            if (q.recording.restriction == RestrictionGround::kWithdrawal) return DenyReason::kWithdrawn;
            return q.request.notice_sent ? Reason{} : DenyReason::kNoticeNotSent;
        case Action::kSeeFacts:
            return check_facts(q);
        case Action::kComment:
        case Action::kAskHold:
        case Action::kPlaceHold:
        case Action::kRestrict:
        case Action::kLongerClass:
        case Action::kCorrectBasis:
        case Action::kUseRestricted:
            return check_living(q);
        default:
            return std::nullopt;
    }
}

/// How old the second factor may be; none where programs and operators act without one.
std::optional<std::chrono::seconds> max_age_of(Action action, const AccessRules& site) {
    const AccessRules shipped;
    switch (action) {
        case Action::kPush:
        case Action::kSeeReceipt:
        case Action::kReportWithdrawal:
        case Action::kSeePurgeReport:
        case Action::kRunPurge:
        case Action::kSeeCertificate:
        case Action::kSeeHolds:
        case Action::kSeeProposals:
        case Action::kReadLog:
        case Action::kOperate:
            return std::nullopt;
        case Action::kSearch:
        case Action::kSeeFacts:
        case Action::kComment:
        case Action::kAskHold:
        case Action::kSeeAccessHistory:
        case Action::kSeeListening:
            return std::min(site.session_max_age, shipped.session_max_age);
        default:
            break;
    }
    if (hears(action)) return std::min(site.listen_max_age, shipped.listen_max_age);
    return std::min(site.act_max_age, shipped.act_max_age);
}

bool fresh(const Mfa& mfa, Instant now, std::chrono::seconds max_age) {
    constexpr std::chrono::seconds kSkew{60};
    return mfa.reached && mfa.auth_time && *mfa.auth_time <= now + kSkew && now - *mfa.auth_time <= max_age;
}

Permit permit(const Question& q, const AccessRules& site) {
    Permit out;
    if (q.action == Action::kPlay) {
        const AccessRules shipped;
        out.pace = Pace{std::min(site.pace_head_start, shipped.pace_head_start),
                        std::clamp(site.pace_times_real_time, 1U, shipped.pace_times_real_time)};
    }
    if (q.action == Action::kSearch) {
        out.restricted_too = through(q, Role::kPrivacyOfficer);
        if (!out.restricted_too) out.only_teams = q.subject.teams;
    }
    return out;
}

Decision decide(Question q, const AccessRules& rules) {
    if (q.subject.pseudonym.empty()) return Deny{DenyReason::kMalformed};
    if (conflicting(q.subject.roles)) return Deny{DenyReason::kConflictingRoles};
    std::ranges::copy_if(q.subject.roles, std::back_inserter(q.through),
                         [&](Role role) { return role_allows(role, q.action); });
    if (q.through.empty()) return Deny{DenyReason::kNoRole};
    if (concerns_recording(q.action)) {
        std::erase_if(q.through, [&](Role role) { return !reaches(role, q.subject, q.recording); });
        if (q.through.empty()) return Deny{DenyReason::kNotYours, true};
        if (const Reason no = check_act(q)) return Deny{*no};
    }
    const auto max_age = max_age_of(q.action, rules);
    if (max_age && !fresh(q.subject.mfa, q.request.now, *max_age)) return StepUp{*max_age};
    return permit(q, rules);
}

}  // namespace

Decision may(const Subject& subject, Action action, const RecordingFacts& recording, const Request& request,
             const AccessRules& rules) {
    if (!concerns_recording(action)) return Deny{DenyReason::kMalformed};
    return decide({subject, action, recording, request, {}}, rules);
}

Decision may(const Subject& subject, Action action, const Request& request, const AccessRules& rules) {
    if (concerns_recording(action)) return Deny{DenyReason::kMalformed};
    return decide({subject, action, RecordingFacts{}, request, {}}, rules);
}

}  // namespace policy
