#pragma once

#include <catch2/catch.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "policy/access.hpp"
#include "tests/unit/policy/dates.hpp"

namespace Catch {

/// What a failed check shows of a decision.
template <>
struct StringMaker<policy::Decision> {
    static std::string convert(const policy::Decision& decision) {
        if (const auto* deny = std::get_if<policy::Deny>(&decision)) return "deny " + std::string(text(deny->reason));
        if (const auto* step = std::get_if<policy::StepUp>(&decision)) {
            return "step up to " + std::to_string(step->max_age.count()) + " s";
        }
        return "permit";
    }
};

}  // namespace Catch

namespace tests {

/// A question that is in order for every role and action, for a test to spoil one thing of: the recording is a live
/// quality call of the subject's team, the second factor was used a minute ago, purpose, case and notice are given.
struct Asking {
    policy::Subject subject{"s-1", {policy::Role::kQa}, {"support"}, {true, at("2026-03-10T09:29:00Z")}};
    policy::RecordingFacts recording;
    policy::Request request;

    explicit Asking(policy::Role role = policy::Role::kQa) : Asking(std::vector{role}) {}
    explicit Asking(std::vector<policy::Role> roles) {
        subject.roles = std::move(roles);
        recording.team = "support";
        recording.purposes = {policy::Purpose::kQuality};
        recording.purge_date = day("2026-06-10");
        recording.sent_by_subject = true;
        request.now = at("2026-03-10T09:30:00Z");
        request.today = day("2026-03-10");
        request.purpose = policy::AccessPurpose::kQuality;
        request.case_given = true;
        request.notice_sent = true;
    }

    policy::Decision to(policy::Action action, const policy::AccessRules& rules = {}) const {
        return concerns_recording(action) ? may(subject, action, recording, request, rules)
                                          : may(subject, action, request, rules);
    }

    void past_date() { recording.purge_date = request.today; }
    void statute(policy::Date until) { recording.statutory_until = until; }
    void hold() {
        recording.held = true;
        recording.hold_review_on = request.today;
    }
    void restrict_for(policy::RestrictionGround ground) { recording.restriction = ground; }
    void approved_use(policy::RestrictedUse use) {
        request.restricted_use = use;
        request.restricted_use_approver = "s-2";
    }
    void second_factor(std::chrono::milliseconds ago) { subject.mfa.auth_time = request.now - ago; }
};

/// The reason of a denial, as text; "permit" or "step-up" when it is none.
inline std::string outcome(const policy::Decision& decision) {
    if (const auto* deny = std::get_if<policy::Deny>(&decision)) return std::string(text(deny->reason));
    return permitted(decision) ? "permit" : "step-up";
}

/// Outcome of asking to play.
inline std::string play(const Asking& asking) {
    return outcome(asking.to(policy::Action::kPlay));
}

constexpr policy::Role kOfficer = policy::Role::kPrivacyOfficer;

/// The actions by which somebody comes to hear or hold the audio.
constexpr policy::Action kHearing[] = {policy::Action::kPlay,    policy::Action::kDownload, policy::Action::kTranscribe,
                                       policy::Action::kAnalyse, policy::Action::kShare,    policy::Action::kExport};

inline bool concealed(const policy::Decision& decision) {
    const auto* deny = std::get_if<policy::Deny>(&decision);
    return deny && deny->conceal;
}

}  // namespace tests
