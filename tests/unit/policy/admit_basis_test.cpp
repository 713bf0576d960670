#include "policy/admit.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "policy/terms.hpp"
#include "tests/unit/policy/push.hpp"

namespace {

using namespace std::chrono_literals;
using policy::BasisKind;
using policy::Purpose;
using tests::admitted;
using tests::at;
using tests::check_refused;
using tests::day;
using tests::listed;
using tests::Push;
using tests::refused;
using Listed = std::vector<std::string>;

Push on_interest() {
    Push push;
    push.on_legitimate_interest();
    return push;
}

policy::LegalOverride signed_override(const std::string& profile) {
    return {"ovr-" + profile, profile, "Opinion of 2026-01-02", {"alice", "bob"}, day("2026-03-10")};
}

// --- purpose and basis

TEST_CASE("A lawful push is admitted with its purposes, basis and profile in terms") {
    Push push;
    push.claim.purposes = {"training", "quality", "training"};
    const auto admission = admitted(push);
    CHECK(admission.purposes == std::vector{Purpose::kTraining, Purpose::kQuality});
    CHECK(admission.basis == BasisKind::kConsent);
    CHECK(admission.profile == "NL");
    CHECK_FALSE(admission.override_id);
    CHECK_FALSE(admission.quarantine);
    CHECK(admitted(on_interest()).basis == BasisKind::kLegitimateInterest);
}

TEST_CASE("Rule 1: a recording without purpose is refused") {
    Push push;
    push.claim.purposes.reset();
    check_refused(push, "purpose-missing", "/purposes", "Send at least one purpose");
    push.claim.purposes.emplace();
    check_refused(push, "purpose-missing", "/purposes", "Send at least one purpose");
}

TEST_CASE("Rule 1: a purpose that no rule knows is refused where it stands") {
    Push push;
    for (const char* word : {"marketing", "Quality", "quality ", "", "subject_request", "legal_claim"}) {
        push.claim.purposes = {"quality", word};
        check_refused(push, "purpose-unknown", "/purposes/1", "Send quality, training, complaint");
    }
}

TEST_CASE("More than eight purposes are refused") {
    Push push;
    push.claim.purposes = std::vector<std::string>(8, "quality");
    CHECK(admitted(push).purposes.size() == 1);
    push.claim.purposes->emplace_back("quality");
    check_refused(push, "field-out-of-range", "/purposes", "at most 8");
}

TEST_CASE("Rule 1: a recording without legal basis is refused") {
    Push push;
    push.claim.basis.reset();
    check_refused(push, "basis-missing", "/basis", "Send the legal basis");
    push.claim.basis.emplace();
    check_refused(push, "basis-missing", "/basis/kind", "Send the legal basis");
}

TEST_CASE("Rule 1: a basis that is neither consent nor legitimate interest is refused") {
    Push push;
    for (const char* word : {"contract", "legal_obligation", "CONSENT", ""}) {
        push.claim.basis->kind = word;
        check_refused(push, "basis-unknown", "/basis/kind", "Send consent or legitimate_interest");
    }
}

TEST_CASE("Rule 2: a basis may be corrected from legitimate interest to consent and in no other way") {
    constexpr auto kConsent = BasisKind::kConsent;
    constexpr auto kInterest = BasisKind::kLegitimateInterest;
    CHECK(policy::is_stricter_basis(kInterest, kConsent));
    CHECK_FALSE(policy::is_stricter_basis(kConsent, kInterest));
    CHECK_FALSE(policy::is_stricter_basis(kConsent, kConsent));
    CHECK_FALSE(policy::is_stricter_basis(kInterest, kInterest));
}

// --- consent

TEST_CASE("Rule 3: consent without who, when, how and text version is refused, all four at once") {
    Push push;
    push.claim.basis = policy::Basis{"consent", {}, {}, {}, {}, {}};
    CHECK(listed(refused(push)) == Listed{"field-missing /basis/given_at", "consent-how /basis/how",
                                          "field-missing /basis/by", "field-missing /basis/text_version"});
}

TEST_CASE("Rule 3: each piece of the evidence of consent is needed by itself") {
    Push push;
    push.claim.basis->given_at.reset();
    check_refused(push, "field-missing", "/basis/given_at", "Send when consent was given");
    push.on_consent();
    push.claim.basis->by = "";
    check_refused(push, "field-missing", "/basis/by", "Send who gave consent");
    push.on_consent();
    push.claim.basis->text_version.reset();
    check_refused(push, "field-missing", "/basis/text_version", "Send the version of the text");
}

TEST_CASE("Rule 3: staying on the line is no consent") {
    Push push;
    for (const char* how : {"stayed_on_line", "implied", "silence", "", "Verbal"}) {
        push.claim.basis->how = how;
        check_refused(push, "consent-how", "/basis/how", "verbal, keypress or written");
    }
    for (const char* how : {"verbal", "keypress", "written"}) {
        push.claim.basis->how = how;
        admitted(push);
    }
}

TEST_CASE("Rule 4: consent given after the call started is refused") {
    Push push;
    push.claim.basis->given_at = *push.claim.started_at + 1ms;
    check_refused(push, "consent-after-start", "/basis/given_at", "Record only after consent");
}

TEST_CASE("Rule 4: consent given at the very start of the call, or years before, counts") {
    Push push;
    push.claim.basis->given_at = push.claim.started_at;
    admitted(push);
    push.claim.basis->given_at = at("2019-01-01T00:00:00Z");
    admitted(push);
}

TEST_CASE("Consent with an assessment beside it is refused: a recording has one basis") {
    Push push;
    push.claim.basis->assessment = "lia-1";
    check_refused(push, "field-unexpected", "/basis/assessment", "Leave the assessment out");
}

// --- legitimate interest

TEST_CASE("Rule 5: legitimate interest without an assessment is refused") {
    auto push = on_interest();
    push.claim.basis->assessment.reset();
    check_refused(push, "field-missing", "/basis/assessment", "Send the id of the assessment");
    push.claim.basis->assessment = "";
    check_refused(push, "field-missing", "/basis/assessment", "Send the id of the assessment");
}

TEST_CASE("Rule 5: an assessment that the deployment does not have is refused") {
    auto push = on_interest();
    push.claim.basis->assessment = "lia-2";
    check_refused(push, "assessment-unknown", "/basis/assessment", "an assessment of this deployment");
    push.claim.basis->assessment = std::string(65, 'x');
    check_refused(push, "field-too-long", "/basis/assessment", "at most 64");
}

TEST_CASE("Rule 5: an assessment is good through the day of its review and blocks new pushes from the next day on") {
    auto push = on_interest();
    push.deployment.assessments = {{"lia-1", push.when.today}};
    admitted(push);
    push.deployment.assessments = {{"lia-1", policy::add_days(push.when.today, -1)}};
    check_refused(push, "assessment-expired", "/basis/assessment", "reviewed");
    push.deployment.assessments = {{"lia-1", policy::Date{}}};
    check_refused(push, "assessment-expired", "/basis/assessment", "reviewed");
}

TEST_CASE("Rule 5: an expired assessment does not stop a push on consent") {
    Push push;
    push.deployment.assessments = {{"lia-1", day("2020-01-01")}};
    admitted(push);
}

TEST_CASE("Legitimate interest with evidence of consent beside it is refused, each piece named") {
    auto push = on_interest();
    push.claim.basis->given_at = push.claim.started_at;
    push.claim.basis->how = "verbal";
    push.claim.basis->by = "customer-7";
    push.claim.basis->text_version = "text-4";
    CHECK(listed(refused(push)) == Listed{"field-unexpected /basis/given_at", "field-unexpected /basis/how",
                                          "field-unexpected /basis/by", "field-unexpected /basis/text_version"});
}

// --- profiles

TEST_CASE("Rule 6: quality and training on legitimate interest are refused under profile DE") {
    auto push = on_interest();
    push.deployment.country = "DE";
    for (const char* purpose : {"quality", "training"}) {
        push.claim.purposes = {"complaint", purpose};
        check_refused(push, "basis-against-profile", "/basis/kind", "Ask for consent");
    }
    push.claim.purposes = {"complaint", "contract_evidence", "statutory"};
    CHECK(admitted(push).profile == "DE");
}

TEST_CASE("Rule 6: quality and training on consent are admitted under profile DE") {
    Push push;
    push.deployment.country = "DE";
    push.claim.purposes = {"quality", "training"};
    CHECK(admitted(push).profile == "DE");
}

TEST_CASE("Rule 6: the strictest of the countries of site, agent, team, caller and callee applies") {
    using Spoil = void (*)(Push&);
    const Spoil at_each_place[] = {
        [](Push& p) { p.deployment.country = "DE"; },
        [](Push& p) {
            p.claim.agent = policy::Member{"a-1", {}, "DE"};
        },
        [](Push& p) {
            p.deployment.team_countries = {{"support", "DE"}};
        },
        [](Push& p) {
            p.claim.caller = policy::Party{{}, {}, "DE", {}};
        },
        [](Push& p) {
            p.claim.callee = policy::Party{{}, {}, "DE", {}};
        },
    };
    for (const auto spoil : at_each_place) {
        auto push = on_interest();
        spoil(push);
        check_refused(push, "basis-against-profile", "/basis/kind", "profile DE");
    }
}

TEST_CASE("Rule 6: the profile of an admission names each country once, and EU only when it is alone") {
    Push push;
    push.deployment.country = "IT";
    CHECK(admitted(push).profile == "EU");
    push.claim.caller = policy::Party{{}, {}, "DE", {}};
    push.claim.callee = policy::Party{{}, {}, "BE", {}};
    push.claim.agent = policy::Member{"a-1", {}, "DE"};
    CHECK(admitted(push).profile == "BE+DE");
}

TEST_CASE("Rule 6: the agent's own country goes before the country of the team") {
    Push push;
    push.deployment.team_countries = {{"other", "BE"}, {"support", "DE"}};
    CHECK(admitted(push).profile == "DE+NL");
    push.claim.agent = policy::Member{"a-1", {}, "FR"};
    CHECK(admitted(push).profile == "FR+NL");
}

TEST_CASE("Rule 6: a legal override lifts the prohibition through its last day, and the admission names it") {
    auto push = on_interest();
    push.deployment.country = "DE";
    push.deployment.overrides = {signed_override("DE")};
    CHECK(admitted(push).override_id == "ovr-DE");
}

TEST_CASE("Rule 6: an override without two signatures, citation, date or the right profile lifts nothing") {
    using Spoil = void (*)(policy::LegalOverride&);
    const Spoil flaws[] = {
        [](policy::LegalOverride& row) { row.signed_by = {"alice"}; },
        [](policy::LegalOverride& row) {
            row.signed_by = {"alice", "alice"};
        },
        [](policy::LegalOverride& row) {
            row.signed_by = {"alice", ""};
        },
        [](policy::LegalOverride& row) { row.citation.clear(); },
        [](policy::LegalOverride& row) { row.valid_until = day("2026-03-09"); },
        [](policy::LegalOverride& row) { row.valid_until = policy::Date{}; },
        [](policy::LegalOverride& row) { row.profile = "NL"; },
    };
    for (const auto flaw : flaws) {
        auto push = on_interest();
        push.deployment.country = "DE";
        push.deployment.overrides = {signed_override("DE")};
        flaw(push.deployment.overrides.front());
        check_refused(push, "basis-against-profile", "/basis/kind", "signed legal override");
    }
}

TEST_CASE("Rule 6: two strict countries need an override each") {
    auto push = on_interest();
    push.deployment.country = "DE";
    push.deployment.profiles = {{"AT", false, policy::Period{6}, policy::Period{6}}};
    push.claim.caller = policy::Party{{}, {}, "AT", {}};
    push.deployment.overrides = {signed_override("DE")};
    check_refused(push, "basis-against-profile", "/basis/kind", "profile AT");
    push.deployment.overrides.push_back(signed_override("AT"));
    CHECK(admitted(push).override_id == "ovr-DE+ovr-AT");
}

TEST_CASE("Rule 6: a site that forbids legitimate interest in its row for EU forbids it in every country") {
    auto push = on_interest();
    push.deployment.profiles = {{"EU", false, policy::Period{6}, policy::Period{6}}};
    check_refused(push, "basis-against-profile", "/basis/kind", "profile NL");
}

// --- notice

TEST_CASE("Rule 10: a recording without notice is refused") {
    Push push;
    push.claim.notice.reset();
    check_refused(push, "notice-missing", "/notice", "how caller and agent were told");
    push.claim.notice.emplace();
    CHECK(listed(refused(push)) == Listed{"notice-missing /notice/given", "notice-missing /notice/how",
                                          "notice-missing /notice/version",
                                          "agent-not-informed /notice/agent_informed"});
}

TEST_CASE("Rule 10: a notice given during or after the call is late") {
    Push push;
    for (const char* given : {"during_recording", "after_recording", "", "no"}) {
        push.claim.notice->given = given;
        check_refused(push, "notice-late", "/notice/given", "before recording starts");
    }
}

TEST_CASE("Rule 1: a notice without its version is refused") {
    Push push;
    push.claim.notice->version = "";
    check_refused(push, "notice-missing", "/notice/version", "Send the version of the notice");
}

TEST_CASE("Rule 10: an agent who was not signalled, or of whom nothing is said, is refused") {
    Push push;
    push.claim.notice->agent_informed = false;
    check_refused(push, "agent-not-informed", "/notice/agent_informed", "on every call");
    push.claim.notice->agent_informed.reset();
    check_refused(push, "agent-not-informed", "/notice/agent_informed", "on every call");
}

// --- the sender's allow-list

TEST_CASE("A purpose or basis that the sender may not claim is refused, though it be lawful") {
    Push push;
    push.sender.purposes = {Purpose::kComplaint};
    check_refused(push, "purpose-not-allowed", "/purposes/0", "allow it for this sender");
    push.sender.purposes = {Purpose::kQuality};
    push.sender.bases = {BasisKind::kLegitimateInterest};
    check_refused(push, "basis-not-allowed", "/basis/kind", "allow this one for this sender");
}

}  // namespace
