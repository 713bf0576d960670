#pragma once

#include <optional>
#include <string>
#include <vector>

#include "policy/fault.hpp"
#include "policy/period.hpp"
#include "policy/time.hpp"

namespace policy {

/// Rule 17: a hold is looked at again within six months.
inline constexpr Period kLongestHoldReview{6};

/// A hold as asked for. Text is sealed, never logged.
struct HoldClaim {
    std::optional<std::string> matter;  ///< at most claim_limits::kRef characters
    std::optional<std::string> owner;   ///< pseudonym or id of who answers for it; at most claim_limits::kId
    std::optional<Date> review_on;      ///< after today, at most six months ahead
};

/// All faults of a new hold; none: it may be placed by whoever may() permits.
std::vector<Fault> check_hold(const HoldClaim& hold, Date today);

/// All faults of a renewal: as a new one, and by another person than the last approver (pseudonyms).
std::vector<Fault> check_hold_renewal(const HoldClaim& hold, const std::string& last_approver,
                                      const std::string& approver, Date today);

/// True from the day after the review date on: alarm, and no new access but for the claim.
bool hold_review_overdue(Date review_on, Date today);

}  // namespace policy
