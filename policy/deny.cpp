#include <array>

#include "policy/access.hpp"

namespace policy {

namespace {

struct ReasonRow {
    DenyReason reason;
    std::string_view text;
    std::string_view sentence;
};

constexpr std::array kReasons{
    ReasonRow{DenyReason::kNoRole, "no-role", "Ask someone whose role allows this."},
    ReasonRow{DenyReason::kConflictingRoles, "conflicting-roles",
              "Have conflicting roles taken away: recorder or admin with one that hears, auditor with any other."},
    ReasonRow{DenyReason::kNotYours, "not-yours", "Check the id; you reach recordings of your own teams only."},
    ReasonRow{DenyReason::kPurging, "purging", "The recording is being destroyed."},
    ReasonRow{DenyReason::kPastPurgeDate, "past-purge-date", "The recording's retention is over."},
    ReasonRow{DenyReason::kQuarantined, "quarantined",
              "The recording may hold card data: have it redacted or erased by the privacy officer."},
    ReasonRow{DenyReason::kRestricted, "restricted",
              "The recording is restricted: declare a ground of Art. 18(2) GDPR and have a second person approve it."},
    ReasonRow{DenyReason::kSecondApprover, "second-approver",
              "Have another person approve the use of the restricted recording."},
    ReasonRow{DenyReason::kHoldReviewOverdue, "hold-review-overdue",
              "The review of the legal hold is overdue: until it is renewed only the claim itself gives access."},
    ReasonRow{
        DenyReason::kKeptForOtherGround, "kept-for-other-ground",
        "The recording is past its ordinary date and serves only the ground that keeps it: legal_claim for a hold, "
        "statutory for a statutory class."},
    ReasonRow{DenyReason::kPurposeMissing, "purpose-missing", "Declare the purpose of the access."},
    ReasonRow{DenyReason::kPurposeNotRecorded, "purpose-not-recorded",
              "Declare a purpose that the call was recorded for and that your role may pursue."},
    ReasonRow{DenyReason::kCaseMissing, "case-missing", "Name the case that the access serves."},
    ReasonRow{DenyReason::kPlayedBefore, "played-before", "You played this recording: have someone else erase it."},
    ReasonRow{DenyReason::kErasedBySame, "erased-by-same",
              "You asked for or approved its erasure: have someone else play it."},
    ReasonRow{DenyReason::kHeld, "held", "A legal hold is open: have it released first."},
    ReasonRow{DenyReason::kStatutory, "statutory", "The law requires this recording until its class ends."},
    ReasonRow{DenyReason::kOpposesErasure, "opposes-erasure",
              "The person asked to restrict and not to erase: lift the restriction first."},
    ReasonRow{DenyReason::kNoticeNotSent, "notice-not-sent", "Notify the person first and give the id of the notice."},
    ReasonRow{DenyReason::kNotOnConsent, "not-on-consent",
              "The call was not recorded on consent: report an objection to the privacy officer instead."},
    ReasonRow{DenyReason::kWithdrawn, "withdrawn", "Consent was withdrawn: this restriction ends with the erasure."},
    ReasonRow{DenyReason::kSamePerson, "same-person", "Have another person approve it."},
    ReasonRow{DenyReason::kProposalExpired, "proposal-expired",
              "Make the proposal again: it went unanswered too long."},
    ReasonRow{DenyReason::kMalformed, "malformed", "The request could not be decided."},
};

constexpr auto kAll = [] {
    std::array<DenyReason, kReasons.size()> out{};
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = kReasons[i].reason;
    return out;
}();

const ReasonRow& row_of(DenyReason reason) {
    for (const ReasonRow& row : kReasons) {
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
