#include <catch2/catch.hpp>
#include <string>

#include "policy/retention.hpp"
#include "tests/unit/policy/dates.hpp"

namespace {

using policy::keep_or_erase;
using policy::KeepFacts;
using policy::KeptBy;
using policy::Objection;
using policy::RestrictionGround;
using policy::text;
using policy::Verdict;
using tests::day;

const policy::Date kToday = day("2026-06-10");

KeepFacts due_today() {
    KeepFacts facts;
    facts.purge_date = kToday;
    return facts;
}

void check_kept(const KeepFacts& facts, const std::string& rule_id, KeptBy by, const std::string& law) {
    const auto answer = keep_or_erase(facts, kToday);
    CHECK(answer.verdict == Verdict::kKeep);
    CHECK(answer.rule_id == rule_id);
    CHECK(answer.kept_by == by);
    CHECK_THAT(answer.rule, Catch::Contains(law) && Catch::EndsWith("."));
}

void check_erased(const KeepFacts& facts, const std::string& rule_id, const std::string& law) {
    const auto answer = keep_or_erase(facts, kToday);
    CHECK(answer.verdict == Verdict::kErase);
    CHECK(answer.rule_id == rule_id);
    CHECK_FALSE(answer.kept_by);
    CHECK_FALSE(answer.until);
    CHECK_THAT(answer.rule, Catch::Contains(law) && Catch::EndsWith("."));
}

TEST_CASE("Rule 14: a recording stays through the day before its purge date and goes on the day") {
    auto facts = due_today();
    check_erased(facts, "erase.schedule", "Art. 5(1)(e)");
    facts.purge_date = day("2026-06-11");
    check_kept(facts, "keep.schedule", KeptBy::kSchedule, "has not come");
    CHECK(keep_or_erase(facts, kToday).until == day("2026-06-11"));
}

TEST_CASE(
    "Rule 11: on every date of nine years a recording is kept the day before its date and erased on and after it") {
    for (const auto& date : tests::every_day()) {
        KeepFacts facts;
        facts.purge_date = date.date();
        const auto on = [&](int days) { return keep_or_erase(facts, policy::add_days(date.date(), days)).verdict; };
        if (on(-1) != Verdict::kKeep || on(0) != Verdict::kErase || on(1) != Verdict::kErase ||
            on(400) != Verdict::kErase) {
            FAIL(text(date.date()));
        }
    }
}

TEST_CASE("Rule 17: a legal hold outlives everything that would erase") {
    auto facts = due_today();
    facts.open_holds = 1;
    facts.erasure_approved = true;
    facts.objection = Objection{true, kToday, false};
    facts.restriction = RestrictionGround::kWithdrawal;
    check_kept(facts, "keep.hold", KeptBy::kHold, "Art. 17(3)(e)");
}

TEST_CASE(
    "Rule 16: a statutory class keeps until the day before its end, whatever was approved, and then ordinary deletion "
    "runs") {
    auto facts = due_today();
    facts.statutory_class = "mifid2";
    facts.statutory_until = day("2026-06-11");
    facts.erasure_approved = true;
    check_kept(facts, "keep.statutory", KeptBy::kStatutoryClass, "mifid2");
    CHECK(keep_or_erase(facts, kToday).until == day("2026-06-11"));
    facts.statutory_until = kToday;
    check_erased(facts, "erase.request", "Two people");
    facts.erasure_approved = false;
    check_erased(facts, "erase.schedule", "purge date");
}

TEST_CASE("Rule 33: who asked to restrict and not to erase is obeyed, even against an approved erasure") {
    for (const auto ground : {RestrictionGround::kUnlawful, RestrictionGround::kClaims}) {
        auto facts = due_today();
        facts.restriction = ground;
        facts.erasure_approved = true;
        check_kept(facts, "keep.restriction", KeptBy::kRestriction, "Art. 18(1)(b), (c)");
    }
}

TEST_CASE("Rule 33: the grounds by which a person opposes erasure are Art. 18(1)(b) and (c) and no others") {
    CHECK(policy::opposes_erasure(RestrictionGround::kUnlawful));
    CHECK(policy::opposes_erasure(RestrictionGround::kClaims));
    CHECK_FALSE(policy::opposes_erasure(RestrictionGround::kAccuracy));
    CHECK_FALSE(policy::opposes_erasure(RestrictionGround::kObjection));
    CHECK_FALSE(policy::opposes_erasure(RestrictionGround::kWithdrawal));
}

TEST_CASE("Rule 33: a restriction for accuracy waits for its decision, past the purge date too") {
    auto facts = due_today();
    facts.restriction = RestrictionGround::kAccuracy;
    check_kept(facts, "keep.restriction", KeptBy::kRestriction, "until decided");
    facts.erasure_approved = true;
    check_erased(facts, "erase.request", "Art. 17(1)");
}

TEST_CASE("An approved erasure does not wait for the purge date") {
    KeepFacts facts;
    facts.purge_date = day("2026-12-01");
    facts.erasure_approved = true;
    check_erased(facts, "erase.request", "Art. 17(1)");
}

TEST_CASE("Rule 7: withdrawn consent erases before the purge date") {
    KeepFacts facts;
    facts.purge_date = day("2026-12-01");
    facts.restriction = RestrictionGround::kWithdrawal;
    check_erased(facts, "erase.withdrawal", "Art. 7(3)");
}

TEST_CASE("Rule 31: an objection to marketing erases, and compelling grounds do not count") {
    KeepFacts facts;
    facts.purge_date = day("2026-12-01");
    facts.restriction = RestrictionGround::kObjection;
    facts.objection = Objection{true, day("2026-07-01"), true};
    check_erased(facts, "erase.marketing", "Art. 21(3)");
}

TEST_CASE("Rule 30: an objection keeps restricted until its due date and erases on it") {
    auto facts = due_today();
    facts.restriction = RestrictionGround::kObjection;
    facts.objection = Objection{false, day("2026-06-11"), false};
    check_kept(facts, "keep.restriction", KeptBy::kRestriction, "Art. 18(1)(d)");
    CHECK(keep_or_erase(facts, kToday).until == day("2026-06-11"));
    facts.objection->due = kToday;
    check_erased(facts, "erase.objection", "Art. 17(1)(c)");
    facts.objection->due = policy::Date{};
    check_erased(facts, "erase.objection", "Art. 17(1)(c)");
}

TEST_CASE("Rule 30: an overdue objection erases before the purge date too") {
    KeepFacts facts;
    facts.purge_date = day("2026-12-01");
    facts.objection = Objection{false, day("2026-06-09"), false};
    check_erased(facts, "erase.objection", "Art. 17(1)(c)");
}

TEST_CASE("Rule 30: an objection answered with compelling grounds leaves the schedule as it was") {
    auto facts = due_today();
    facts.restriction = RestrictionGround::kObjection;
    facts.objection = Objection{false, day("2026-06-01"), true};
    check_erased(facts, "erase.schedule", "Art. 5(1)(e)");
    facts.purge_date = day("2026-06-11");
    check_kept(facts, "keep.schedule", KeptBy::kSchedule, "has not come");
}

}  // namespace
