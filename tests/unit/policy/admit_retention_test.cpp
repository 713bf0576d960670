#include <catch2/catch.hpp>
#include <string>

#include "policy/admit.hpp"
#include "tests/unit/policy/push.hpp"

namespace {

using namespace std::chrono_literals;
using policy::Period;
using tests::admitted;
using tests::at;
using tests::check_refused;
using tests::day;
using tests::listed;
using tests::Push;
using tests::refused;
using Listed = std::vector<std::string>;

Push of_class(const char* id) {
    Push push;
    push.claim.retention_class = id;
    return push;
}

// --- start and default

TEST_CASE("Rule 11: without a class a recording goes three calendar months after the call") {
    const auto admission = admitted(Push{});
    CHECK(admission.purge_date == day("2026-06-10"));
    CHECK(admission.rule_id == "retention.default");
    CHECK(admission.rule == "default: 3 months from the day of the call");
    CHECK_FALSE(admission.retention_class);
    CHECK_FALSE(admission.keep_until);
}

TEST_CASE("Rule 11: a call whose start nobody tells is refused") {
    Push push;
    push.claim.started_at.reset();
    check_refused(push, "field-missing", "/started_at", "Send when the call started");
}

TEST_CASE("Rule 11: a call may start at most 60 seconds ahead of our clock") {
    Push push;
    push.claim.started_at = push.when.now + 60s;
    admitted(push);
    push.claim.started_at = push.when.now + 60s + 1ms;
    check_refused(push, "started-in-future", "/started_at", "Set the sender's clock");
}

TEST_CASE("Rule 11: a call whose retention is over is refused, with the advice to delete it at the source too") {
    Push push;
    push.recorded("2025-12-09T10:00:00Z", "2025-12-09");
    check_refused(push, "retention-over", "/started_at", "Delete this recording at the source too");
    check_refused(push, "retention-over", "/started_at", "2026-03-09");
}

TEST_CASE("Rule 11: a call recorded exactly three months ago is admitted and due today") {
    Push push;
    push.recorded("2025-12-10T10:00:00Z", "2025-12-10");
    CHECK(admitted(push).purge_date == push.when.today);
}

TEST_CASE(
    "Rule 11: a call that starts a moment ahead, on the next day, still goes within the longest retention of today") {
    Push push;
    push.deployment.default_retention = Period{6};
    push.when = {at("2026-03-31T21:59:30Z"), day("2026-03-31"), day("2026-04-01")};
    push.claim.started_at = at("2026-03-31T22:00:00Z");
    const auto admission = admitted(push);
    CHECK(admission.purge_date == day("2026-09-30"));
    CHECK(admission.rule_id == "retention.received");
}

// --- profiles

TEST_CASE("Rule 12: profile BE keeps quality and training for one month") {
    Push push;
    push.claim.caller = policy::Party{{}, {}, "BE", {}};
    for (const char* purpose : {"quality", "training"}) {
        push.claim.purposes = {"complaint", purpose};
        const auto admission = admitted(push);
        CHECK(admission.purge_date == day("2026-04-10"));
        CHECK(admission.rule_id == "retention.profile");
        CHECK(admission.rule == "profile BE+NL: quality and training at most 1 month from the day of the call");
    }
    push.claim.purposes = {"complaint"};
    CHECK(admitted(push).purge_date == day("2026-06-10"));
}

// --- classes

TEST_CASE("Rule 15: a class of the deployment sets a shorter date") {
    const auto admission = admitted(of_class("short"));
    CHECK(admission.purge_date == day("2026-04-10"));
    CHECK(admission.rule_id == "retention.class");
    CHECK(admission.retention_class == "short");
    CHECK_FALSE(admission.keep_until);
}

TEST_CASE("Rule 15: a class that the deployment does not have is refused") {
    check_refused(of_class("forever"), "class-unknown", "/retention_class",
                  "Name a retention class of this deployment");
    check_refused(of_class(""), "class-unknown", "/retention_class", "leave it out for the default");
    check_refused(of_class("P6M"), "class-unknown", "/retention_class", "Name a retention class");
}

TEST_CASE("Rule 11: more than six months without a class that cites the law is refused") {
    for (const char* period : {"P7M", "P1Y", "P5Y", "P30Y"}) {
        check_refused(of_class(period), "class-uncited", "/retention_class", "at most six months");
    }
}

TEST_CASE("Rule 15: a class over six months without law, owner or end date is refused") {
    check_refused(of_class("uncited"), "class-uncited", "/retention_class", "name the law, the owner and the end date");
    for (int missing = 0; missing < 3; ++missing) {
        auto push = of_class("mifid2");
        auto& row = push.deployment.classes[1];
        if (missing == 0) row.citation.clear();
        if (missing == 1) row.owner.clear();
        if (missing == 2) row.valid_until.reset();
        check_refused(push, "class-uncited", "/retention_class", "name the law, the owner and the end date");
    }
}

TEST_CASE("Rule 15: a class may be named through its end date and not after") {
    auto push = of_class("mifid2");
    push.deployment.classes[1].valid_until = push.when.today;
    admitted(push);
    push.deployment.classes[1].valid_until = policy::add_days(push.when.today, -1);
    check_refused(push, "class-expired", "/retention_class", "past its end date");
}

TEST_CASE("A class that the sender may not name is refused") {
    auto push = of_class("mifid2");
    push.sender.classes = {"short"};
    check_refused(push, "class-not-allowed", "/retention_class", "allow it for this sender");
}

TEST_CASE("Rule 16: the MiFID class keeps five years from the call and leaves the ordinary date where it is") {
    const auto admission = admitted(of_class("mifid2"));
    CHECK(admission.purge_date == day("2026-06-10"));
    CHECK(admission.rule_id == "retention.default");
    CHECK(admission.keep_until == day("2031-03-10"));
}

TEST_CASE("Rule 16: a call past its ordinary date that a statute still keeps comes in as due today") {
    auto push = of_class("mifid2");
    push.recorded("2022-01-05T10:00:00Z", "2022-01-05");
    const auto admission = admitted(push);
    CHECK(admission.purge_date == push.when.today);
    CHECK(admission.rule_id == "retention.statutory-late");
    CHECK(admission.keep_until == day("2027-01-05"));
}

TEST_CASE("Rule 16: a call that even the statute no longer keeps is refused") {
    auto push = of_class("mifid2");
    push.recorded("2021-03-10T10:00:00Z", "2021-03-10");
    check_refused(push, "retention-over", "/started_at", "Delete this recording at the source too");
    push.recorded("2021-03-11T10:00:00Z", "2021-03-11");
    CHECK(admitted(push).keep_until == day("2026-03-11"));
}

TEST_CASE("Faults of start and class are named together") {
    auto push = of_class("forever");
    push.claim.started_at.reset();
    CHECK(listed(refused(push)) == Listed{"field-missing /started_at", "class-unknown /retention_class"});
}

}  // namespace
