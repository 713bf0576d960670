#include "policy/hold.hpp"

#include "policy/claim.hpp"
#include "policy/fault_list.hpp"

namespace policy {

std::vector<Fault> check_hold(const HoldClaim& hold, Date today) {
    FaultList faults({});
    faults.require_text(hold.matter, claim_limits::kRef, "/matter", "Name the matter that the hold serves.");
    faults.require_text(hold.owner, claim_limits::kId, "/owner", "Name the person who answers for the hold.");
    if (!hold.review_on || !hold.review_on->ok()) {
        faults.add(FaultCode::kFieldMissing, "/review_on", "Name the day on which the hold is reviewed.");
    } else if (*hold.review_on <= today) {
        faults.add(FaultCode::kFieldOutOfRange, "/review_on", "Choose a review date after today.");
    } else if (*hold.review_on > add_months(today, kLongestHoldReview.months)) {
        faults.add(FaultCode::kReviewTooLate, "/review_on",
                   "Choose a review date on or before " + text(add_months(today, kLongestHoldReview.months)) +
                       ", six months ahead.");
    }
    return std::move(faults).take();
}

std::vector<Fault> check_hold_renewal(const HoldClaim& hold, const std::string& last_approver,
                                      const std::string& approver, Date today) {
    auto faults = check_hold(hold, today);
    if (approver.empty() || approver == last_approver) {
        faults.push_back({FaultCode::kRenewedBySame, "", "Have another person than the last approver renew the hold."});
    }
    return faults;
}

bool hold_review_overdue(Date review_on, Date today) {
    return review_on < today;
}

}  // namespace policy
