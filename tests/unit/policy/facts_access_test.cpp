#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "policy/access.hpp"

namespace {

using policy::Action;
using policy::Role;

struct Look {
    policy::Subject subject{"s-1", {Role::kQa}, {"support"}, {true, *policy::parse_instant("2026-03-10T09:29:00Z")}};
    policy::RecordingFacts recording;
    policy::Request asked;

    explicit Look(Role role) {
        subject.roles = {role};
        recording.team = "support";
        recording.purge_date = *policy::parse_date("2026-06-10");
        asked.now = *policy::parse_instant("2026-03-10T09:30:00Z");
        asked.today = *policy::parse_date("2026-03-10");
        asked.purpose = policy::AccessPurpose::kQuality;
        asked.case_given = true;
    }

    std::string at_facts() const {
        const auto decision = policy::may(subject, Action::kSeeFacts, recording, asked);
        if (const auto* deny = std::get_if<policy::Deny>(&decision)) return std::string(text(deny->reason));
        return policy::permitted(decision) ? "permit" : "step-up";
    }
};

}  // namespace

TEST_CASE("The facts of a restricted recording are for the privacy officer") {
    for (const auto& [role, expected] : {std::pair{Role::kQa, "restricted"}, std::pair{Role::kSupervisor, "restricted"},
                                         std::pair{Role::kPrivacyOfficer, "permit"}}) {
        Look look(role);
        CHECK(look.at_facts() == "permit");
        look.recording.restriction = policy::RestrictionGround::kAccuracy;
        CHECK(look.at_facts() == expected);
    }
}

TEST_CASE("Nobody sees facts without a purpose, and a privacy officer none without a case") {
    for (const Role role : {Role::kQa, Role::kSupervisor, Role::kPrivacyOfficer}) {
        Look look(role);
        look.asked.purpose.reset();
        CHECK(look.at_facts() == "purpose-missing");
    }
    Look officer(Role::kPrivacyOfficer);
    officer.asked.case_given = false;
    CHECK(officer.at_facts() == "case-missing");
    Look qa(Role::kQa);
    qa.asked.case_given = false;
    CHECK(qa.at_facts() == "permit");
}

TEST_CASE("Only a privacy officer's search finds restricted recordings, and those of all teams") {
    const auto search = [](Role role) {
        const Look look(role);
        return std::get<policy::Permit>(policy::may(look.subject, Action::kSearch, look.asked));
    };
    CHECK(search(Role::kPrivacyOfficer).restricted_too);
    CHECK_FALSE(search(Role::kPrivacyOfficer).only_teams);
    CHECK_FALSE(search(Role::kSupervisor).restricted_too);
    CHECK(search(Role::kSupervisor).only_teams == std::vector<std::string>{"support"});
}
