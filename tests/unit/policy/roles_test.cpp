#include <algorithm>
#include <catch2/catch.hpp>
#include <iterator>
#include <map>
#include <set>
#include <sstream>
#include <string>

#include "policy/access.hpp"
#include "tests/unit/policy/asking.hpp"

namespace {

using policy::Action;
using policy::Role;
using tests::Asking;
using tests::outcome;

/// Who may what, written down by role from the rules; policy's table goes by action.
const std::map<std::string, std::string> kMay{
    {"recorder", "push see_receipt report_withdrawal"},
    {"qa", "search see_facts play transcribe analyse"},
    {"supervisor", "search see_facts play transcribe analyse comment ask_hold report_withdrawal use_restricted"},
    {"privacy_officer",
     "report_withdrawal search see_facts play download share export ask_hold place_hold renew_hold release_hold "
     "restrict lift_restriction erase longer_class correct_basis use_restricted override_policy see_purge_report "
     "run_purge continue_purge see_access_history see_listening see_holds see_proposals see_certificate"},
    {"auditor", "see_certificate read_log"},
    {"admin", "see_purge_report run_purge continue_purge configure manage_keys operate"},
};

std::set<std::string> allowed(Role role) {
    std::istringstream words(kMay.at(std::string(text(role))));
    return {std::istream_iterator<std::string>(words), {}};
}

TEST_CASE("Rule 47: each of the six roles may exactly what the matrix says, over all 34 actions") {
    REQUIRE(policy::all_roles().size() == 6);
    REQUIRE(policy::all_actions().size() == 35);
    for (const Role role : policy::all_roles()) {
        std::set<std::string> found;
        for (const Action action : policy::all_actions()) {
            if (role_allows(role, action)) found.emplace(text(action));
        }
        CAPTURE(text(role));
        CHECK(found == allowed(role));
    }
}

TEST_CASE("Rule 47: with everything else in order a role decides: each pair is permitted or denied as no-role") {
    for (const Role role : policy::all_roles()) {
        for (const Action action : policy::all_actions()) {
            CAPTURE(text(role), text(action));
            const std::string expected = allowed(role).contains(std::string(text(action))) ? "permit" : "no-role";
            CHECK(outcome(Asking(role).to(action)) == expected);
        }
    }
}

TEST_CASE("Rule 47: the admin and the auditor hear, search and erase nothing; the auditor alone reads the log") {
    for (const Action action : {Action::kPlay, Action::kDownload, Action::kTranscribe, Action::kAnalyse, Action::kShare,
                                Action::kExport, Action::kSearch, Action::kSeeFacts, Action::kErase}) {
        CAPTURE(text(action));
        CHECK_FALSE(role_allows(Role::kAdmin, action));
        CHECK_FALSE(role_allows(Role::kAuditor, action));
        CHECK_FALSE(role_allows(Role::kRecorder, action));
    }
    for (const Role role : policy::all_roles()) CHECK(role_allows(role, Action::kReadLog) == (role == Role::kAuditor));
}

TEST_CASE("Rule 50: a subject without roles may nothing") {
    for (const Action action : policy::all_actions()) {
        CHECK(outcome(Asking(std::vector<Role>{}).to(action)) == "no-role");
    }
}

TEST_CASE("Rule 47: recorder or admin with a role that hears, and auditor with any other, conflict") {
    const std::set<Role> hearing{Role::kQa, Role::kSupervisor, Role::kPrivacyOfficer};
    const auto conflict = [&](Role a, Role b) {
        if (a == b) return false;
        if (a == Role::kAuditor || b == Role::kAuditor) return true;
        return hearing.contains(a) != hearing.contains(b);
    };
    for (const Role a : policy::all_roles()) {
        for (const Role b : policy::all_roles()) {
            CAPTURE(text(a), text(b));
            CHECK(policy::conflicting(std::vector{a, b}) == conflict(a, b));
        }
    }
    CHECK_FALSE(policy::conflicting({}));
    CHECK_FALSE(policy::conflicting(std::vector{Role::kQa, Role::kSupervisor, Role::kPrivacyOfficer}));
    CHECK(policy::conflicting(std::vector{Role::kQa, Role::kSupervisor, Role::kAdmin}));
}

TEST_CASE("Conflicting roles deny every action, those that one of them allows too") {
    for (const auto& roles : {std::vector{Role::kAdmin, Role::kQa}, std::vector{Role::kRecorder, Role::kSupervisor},
                              std::vector{Role::kAuditor, Role::kAdmin}}) {
        for (const Action action : policy::all_actions()) {
            CHECK(outcome(Asking(roles).to(action)) == "conflicting-roles");
        }
    }
}

TEST_CASE("Roles and actions have names of their own, and roles read back from theirs") {
    std::set<std::string_view> names;
    for (const Role role : policy::all_roles()) {
        CHECK(policy::parse_role(text(role)) == role);
        names.insert(text(role));
    }
    CHECK(names.size() == 6);
    for (const char* bad : {"", "Qa", "qa ", "dpo", "privacy-officer"}) CHECK_FALSE(policy::parse_role(bad));
    std::set<std::string_view> actions;
    for (const Action action : policy::all_actions()) actions.insert(text(action));
    CHECK(actions.size() == 35);
    CHECK_FALSE(actions.contains(""));
}

TEST_CASE("An action on a recording needs one, and an action on the deployment takes none") {
    for (const Action action : policy::all_actions()) {
        const Asking asking(Role::kPrivacyOfficer);
        const auto wrong = concerns_recording(action) ? may(asking.subject, action, asking.request)
                                                      : may(asking.subject, action, asking.recording, asking.request);
        CAPTURE(text(action));
        CHECK(outcome(wrong) == "malformed");
    }
}

}  // namespace
