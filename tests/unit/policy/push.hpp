#pragma once

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "policy/admit.hpp"
#include "tests/unit/policy/dates.hpp"

namespace tests {

/// A lawful push, for a test to spoil one thing of: a call of this morning on consent, to a deployment in NL whose
/// sender may claim every purpose, both bases and the classes below.
struct Push {
    policy::Claim claim;
    policy::SenderAllowance sender;
    policy::Deployment deployment;
    policy::When when{at("2026-03-10T09:30:00Z"), day("2026-03-10"), day("2026-03-10")};

    Push() {
        claim.recording_ref = "ref-1";
        claim.started_at = at("2026-03-10T09:00:00Z");
        claim.team = policy::Member{"support", {}, {}};
        claim.purposes = {"quality"};
        claim.notice = policy::Notice{"before_recording", "announcement", "n-2", true};
        on_consent();
        sender.name = "pbx";
        sender.teams = {"support"};
        sender.purposes = {policy::Purpose::kQuality, policy::Purpose::kTraining, policy::Purpose::kComplaint,
                           policy::Purpose::kContractEvidence, policy::Purpose::kStatutory};
        sender.bases = {policy::BasisKind::kConsent, policy::BasisKind::kLegitimateInterest};
        sender.classes = {"short", "mifid2", "uncited"};
        deployment.country = "NL";
        deployment.recording_enabled = true;
        deployment.assessments = {{"lia-1", day("2026-06-30")}};
        deployment.classes = {
            {"short", policy::Period{1}, {}, "", "", {}},
            {"mifid2", policy::Period{60}, policy::Period{84}, "2014/65/EU Art. 16(7)", "owner", day("2030-12-31")},
            {"uncited", policy::Period{60}, {}, "", "owner", day("2030-12-31")},
        };
    }

    void on_consent() {
        claim.basis =
            policy::Basis{"consent", at("2026-03-10T08:59:30Z"), "keypress", "customer-7", "text-4", std::nullopt};
    }
    void on_legitimate_interest() { claim.basis = policy::Basis{"legitimate_interest", {}, {}, {}, {}, "lia-1"}; }

    /// Moves the call to another day, consent with it.
    void recorded(std::string_view started_at, std::string_view local_day) {
        claim.started_at = at(started_at);
        if (claim.basis && claim.basis->given_at) claim.basis->given_at = claim.started_at;
        when.recorded_on = day(local_day);
    }
};

/// "code /pointer" of each fault, in order.
inline std::vector<std::string> listed(const std::vector<policy::Fault>& faults) {
    std::vector<std::string> out;
    out.reserve(faults.size());
    for (const auto& fault : faults) out.push_back(std::string(text(fault.code)) + " " + fault.pointer);
    return out;
}

/// One sentence that tells the reader to do something: it begins with a verb and ends with a full stop.
inline void check_says_what_to_do(const policy::Fault& fault) {
    constexpr std::array<std::string_view, 17> kVerbs{"Send ",   "Have ",   "Ask ",    "Record ", "Leave ",  "Use ",
                                                      "Name ",   "Tell ",   "Signal ", "Place ",  "Set ",    "Keep ",
                                                      "Delete ", "Choose ", "Give ",   "Cite ",   "Tighten "};
    CAPTURE(text(fault.code), fault.pointer, fault.sentence);
    CHECK(std::ranges::any_of(kVerbs, [&](auto verb) { return fault.sentence.starts_with(verb); }));
    CHECK(fault.sentence.ends_with('.'));
    CHECK((fault.pointer.empty() || fault.pointer.front() == '/'));
}

inline policy::AdmitResult admit(const Push& push, std::vector<policy::Fault> parse_faults = {}) {
    return policy::admit(push.claim, std::move(parse_faults), push.sender, push.deployment, push.when);
}

/// The faults of a push that must be refused.
inline std::vector<policy::Fault> refused(const Push& push, std::vector<policy::Fault> parse_faults = {}) {
    const auto result = admit(push, std::move(parse_faults));
    REQUIRE(std::holds_alternative<std::vector<policy::Fault>>(result));
    auto faults = std::get<std::vector<policy::Fault>>(result);
    REQUIRE_FALSE(faults.empty());
    for (const auto& fault : faults) check_says_what_to_do(fault);
    return faults;
}

/// The push is refused for this and nothing else, and the sentence names the way out.
inline void check_refused(const Push& push, std::string_view code, std::string_view pointer,
                          const std::string& way_out) {
    const auto faults = refused(push);
    CHECK(listed(faults) == std::vector{std::string(code) + " " + std::string(pointer)});
    CHECK_THAT(faults.front().sentence, Catch::Contains(way_out));
}

/// What was decided about a push that must be admitted.
inline policy::Admission admitted(const Push& push) {
    const auto result = admit(push);
    if (const auto* faults = std::get_if<std::vector<policy::Fault>>(&result)) {
        CAPTURE(listed(*faults));
        FAIL("refused");
    }
    return std::get<policy::Admission>(result);
}

}  // namespace tests
