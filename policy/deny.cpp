#include <array>

#include "policy/access.hpp"

namespace policy {

namespace {

struct Row {
    DenyReason reason;
    std::string_view text;
    std::string_view sentence;
};

constexpr std::array kReasons{
    Row{DenyReason::kNoRole, "no-role", "Ask someone whose role allows this."},
    Row{DenyReason::kConflictingRoles, "conflicting-roles",
        "Have conflicting roles taken away: recorder or admin with one that hears, auditor with any other."},
    Row{DenyReason::kNotYours, "not-yours", "Check the id; you reach recordings of your own teams only."},
    Row{DenyReason::kPurging, "purging", "The recording is being destroyed."},
    Row{DenyReason::kPastPurgeDate, "past-purge-date", "The recording's retention is over."},
    Row{DenyReason::kQuarantined, "quarantined",
        "The recording may hold card data: have it redacted or erased by the privacy officer."},
    Row{DenyReason::kRestricted, "restricted",
        "The recording is restricted: declare a ground of Art. 18(2) GDPR and have a second person approve it."},
    Row{DenyReason::kSecondApprover, "second-approver",
        "Have another person approve the use of the restricted recording."},
    Row{DenyReason::kHoldReviewOverdue, "hold-review-overdue",
        "The review of the legal hold is overdue: until it is renewed only the claim itself gives access."},
    Row{DenyReason::kKeptForOtherGround, "kept-for-other-ground",
        "The recording is past its ordinary date and serves only the ground that keeps it: legal_claim for a hold, "
        "statutory for a statutory class."},
    Row{DenyReason::kPurposeMissing, "purpose-missing", "Declare the purpose of the access."},
    Row{DenyReason::kPurposeNotRecorded, "purpose-not-recorded",
        "Declare a purpose that the call was recorded for and that your role may pursue."},
    Row{DenyReason::kCaseMissing, "case-missing", "Name the case that the access serves."},
    Row{DenyReason::kPlayedBefore, "played-before", "You played this recording: have someone else erase it."},
    Row{DenyReason::kErasedBySame, "erased-by-same",
        "You asked for or approved its erasure: have someone else play it."},
    Row{DenyReason::kHeld, "held", "A legal hold is open: have it released first."},
    Row{DenyReason::kStatutory, "statutory", "The law requires this recording until its class ends."},
    Row{DenyReason::kOpposesErasure, "opposes-erasure",
        "The person asked to restrict and not to erase: lift the restriction first."},
    Row{DenyReason::kNoticeNotSent, "notice-not-sent", "Notify the person first and give the id of the notice."},
    Row{DenyReason::kNotOnConsent, "not-on-consent",
        "The call was not recorded on consent: report an objection to the privacy officer instead."},
    Row{DenyReason::kWithdrawn, "withdrawn", "Consent was withdrawn: this restriction ends with the erasure."},
    Row{DenyReason::kSamePerson, "same-person", "Have another person approve it."},
    Row{DenyReason::kProposalExpired, "proposal-expired", "Make the proposal again: it went unanswered too long."},
    Row{DenyReason::kMalformed, "malformed", "The request could not be decided."},
};

constexpr auto kAll = [] {
    std::array<DenyReason, kReasons.size()> out{};
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = kReasons[i].reason;
    return out;
}();

const Row& row_of(DenyReason reason) {
    for (const Row& row : kReasons) {
        if (row.reason == reason) return row;
    }
    return kReasons.back();
}

}  // namespace

std::string_view text(DenyReason reason) {
    return row_of(reason).text;
}
std::string_view sentence(DenyReason reason) {
    return row_of(reason).sentence;
}
std::span<const DenyReason> all_deny_reasons() {
    return kAll;
}

}  // namespace policy
