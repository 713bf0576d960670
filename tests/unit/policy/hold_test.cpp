#include "policy/hold.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "tests/unit/policy/push.hpp"

namespace {

using policy::check_hold;
using policy::HoldClaim;
using policy::text;
using tests::day;
using tests::listed;
using Listed = std::vector<std::string>;

const policy::Date kToday = day("2026-08-31");

HoldClaim claim_in_order() {
    return {"case 7", "officer", day("2026-12-01")};
}

Listed found(const std::vector<policy::Fault>& faults) {
    for (const auto& fault : faults) tests::check_says_what_to_do(fault);
    return listed(faults);
}

TEST_CASE("Rule 17: a hold needs matter, owner and review date, all named at once") {
    CHECK(found(check_hold(claim_in_order(), kToday)).empty());
    CHECK(found(check_hold({}, kToday)) ==
          Listed{"field-missing /matter", "field-missing /owner", "field-missing /review_on"});
    CHECK(found(check_hold({"", "", policy::Date{}}, kToday)).size() == 3);
    CHECK(found(check_hold({std::string(129, 'x'), std::string(65, 'x'), day("2026-12-01")}, kToday)) ==
          Listed{"field-too-long /matter", "field-too-long /owner"});
}

TEST_CASE("Rule 17: the review comes after today and at most six calendar months ahead") {
    auto hold = claim_in_order();
    hold.review_on = day("2026-09-01");
    CHECK(found(check_hold(hold, kToday)).empty());
    hold.review_on = day("2027-02-28");
    CHECK(found(check_hold(hold, kToday)).empty());
    hold.review_on = kToday;
    CHECK(found(check_hold(hold, kToday)) == Listed{"field-out-of-range /review_on"});
    hold.review_on = day("2027-03-01");
    const auto faults = check_hold(hold, kToday);
    REQUIRE(found(faults) == Listed{"review-too-late /review_on"});
    CHECK_THAT(faults.front().sentence, Catch::Contains("2027-02-28"));
}

TEST_CASE("Rule 17: on every date the last day for a review is six calendar months ahead") {
    for (const auto& date : tests::every_day()) {
        auto hold = claim_in_order();
        hold.review_on = date.plus_months(6).date();
        const bool last_day_fine = check_hold(hold, date.date()).empty();
        hold.review_on = date.plus_months(6).next().date();
        if (!last_day_fine || check_hold(hold, date.date()).empty()) FAIL(text(date.date()));
    }
}

TEST_CASE("Rule 17: another person than the last approver renews") {
    CHECK(found(policy::check_hold_renewal(claim_in_order(), "s-1", "s-2", kToday)).empty());
    CHECK(found(policy::check_hold_renewal(claim_in_order(), "s-1", "s-1", kToday)) == Listed{"renewed-by-same "});
    CHECK(found(policy::check_hold_renewal(claim_in_order(), "s-1", "", kToday)) == Listed{"renewed-by-same "});
    CHECK(found(policy::check_hold_renewal({}, "s-1", "s-1", kToday)).size() == 4);
}

TEST_CASE("Rule 17: a review is overdue from the day after its date") {
    CHECK_FALSE(policy::hold_review_overdue(kToday, kToday));
    CHECK(policy::hold_review_overdue(day("2026-08-30"), kToday));
}

}  // namespace
