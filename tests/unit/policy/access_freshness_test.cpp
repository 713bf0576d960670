#include <catch2/catch.hpp>
#include <optional>
#include <string>

#include "policy/access.hpp"
#include "tests/unit/policy/asking.hpp"

namespace {

using namespace std::chrono_literals;
using policy::AccessRules;
using policy::Action;
using policy::Permit;
using policy::Role;
using policy::StepUp;
using tests::Asking;
using tests::kHearing;
using tests::kOfficer;
using tests::outcome;
using tests::play;

// --- second factor

/// The greatest age at which a second factor still permits, or none when the action asks for none.
std::optional<std::chrono::seconds> asked_age(Action action, const AccessRules& rules = {}) {
    for (const Role role : policy::all_roles()) {
        if (!role_allows(role, action)) continue;
        Asking asking(role);
        asking.subject.mfa = {};
        const auto decision = asking.to(action, rules);
        if (const auto* step = std::get_if<StepUp>(&decision)) return step->max_age;
        CHECK(permitted(decision));
        return std::nullopt;
    }
    FAIL("no role may " << text(action));
    return {};
}

TEST_CASE("Rule 44: every action asks for a second factor of its own age, or for none") {
    for (const Action action : kHearing) CHECK(asked_age(action) == 15min);
    for (const Action action :
         {Action::kErase, Action::kPlaceHold, Action::kRenewHold, Action::kReleaseHold, Action::kLiftRestriction,
          Action::kLongerClass, Action::kCorrectBasis, Action::kUseRestricted, Action::kOverridePolicy,
          Action::kContinuePurge, Action::kConfigure, Action::kManageKeys, Action::kRestrict}) {
        CAPTURE(text(action));
        CHECK(asked_age(action) == 5min);
    }
    for (const Action action : {Action::kSearch, Action::kSeeFacts, Action::kComment, Action::kAskHold,
                                Action::kSeeAccessHistory, Action::kSeeListening}) {
        CAPTURE(text(action));
        CHECK(asked_age(action) == 8h);
    }
    for (const Action action :
         {Action::kPush, Action::kSeeReceipt, Action::kReportWithdrawal, Action::kSeePurgeReport, Action::kRunPurge,
          Action::kSeeCertificate, Action::kReadLog, Action::kOperate, Action::kSeeHolds, Action::kSeeProposals}) {
        CAPTURE(text(action));
        CHECK_FALSE(asked_age(action));
    }
}

TEST_CASE(
    "Rule 44: a second factor is fresh at exactly 15 minutes for playing and 5 for erasing, not a moment longer") {
    struct Row {
        Action action;
        std::chrono::milliseconds age;
    };
    for (const auto& [action, age] :
         {Row{Action::kPlay, 15min}, Row{Action::kErase, 5min}, Row{Action::kSeeFacts, 8h}}) {
        Asking asking(kOfficer);
        asking.second_factor(age);
        CHECK(outcome(asking.to(action)) == "permit");
        asking.second_factor(age + 1ms);
        CHECK(outcome(asking.to(action)) == "step-up");
    }
}

TEST_CASE("A login without a second factor, or without its time, steps up") {
    Asking asking(Role::kQa);
    asking.subject.mfa.reached = false;
    CHECK(play(asking) == "step-up");
    asking.subject.mfa = {true, std::nullopt};
    CHECK(play(asking) == "step-up");
}

TEST_CASE("A second factor from the future counts up to 60 seconds ahead, as clocks differ, and no further") {
    Asking asking(Role::kQa);
    asking.second_factor(-60s);
    CHECK(play(asking) == "permit");
    asking.second_factor(-60s - 1ms);
    CHECK(play(asking) == "step-up");
}

TEST_CASE("A step-up comes only when nothing else stands in the way") {
    Asking asking(Role::kQa);
    asking.subject.mfa = {};
    asking.request.purpose.reset();
    CHECK(play(asking) == "purpose-missing");
}

TEST_CASE("A site may ask for fresher second factors and cannot accept older ones") {
    const AccessRules strict{1h, 2min, 1min, 90s, 4};
    CHECK(asked_age(Action::kSearch, strict) == 1h);
    CHECK(asked_age(Action::kPlay, strict) == 2min);
    CHECK(asked_age(Action::kErase, strict) == 1min);
    const AccessRules loose{100h, 100h, 100h, 90s, 4};
    CHECK(asked_age(Action::kSearch, loose) == 8h);
    CHECK(asked_age(Action::kPlay, loose) == 15min);
    CHECK(asked_age(Action::kErase, loose) == 5min);
}

// --- pace

TEST_CASE("Playing obliges a pace, which a site can slow and not quicken; nothing else does") {
    const auto pace = [](const AccessRules& rules) {
        return std::get<Permit>(Asking(Role::kQa).to(Action::kPlay, rules)).pace.value();
    };
    CHECK(pace({}).head_start == 90s);
    CHECK(pace({}).times_real_time == 4);
    AccessRules rules;
    rules.pace_head_start = 10s;
    rules.pace_times_real_time = 0;
    CHECK(pace(rules).head_start == 10s);
    CHECK(pace(rules).times_real_time == 1);
    rules.pace_head_start = 1h;
    rules.pace_times_real_time = 100;
    CHECK(pace(rules).head_start == 90s);
    CHECK(pace(rules).times_real_time == 4);
    CHECK_FALSE(std::get<Permit>(Asking(kOfficer).to(Action::kDownload)).pace);
}

}  // namespace
