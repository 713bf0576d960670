#include <catch2/catch.hpp>
#include <set>
#include <string>

#include "policy/access.hpp"
#include "policy/proposal.hpp"
#include "tests/unit/policy/asking.hpp"

namespace {

using policy::Action;
using policy::DenyReason;
using policy::RestrictionGround;
using policy::Role;
using tests::Asking;
using tests::at;
using tests::day;
using tests::outcome;

constexpr Role kOfficer = Role::kPrivacyOfficer;

template <class Spoil>
std::string after(Role role, Action action, Spoil spoil) {
    Asking asking(role);
    spoil(asking);
    return outcome(asking.to(action));
}

std::string approving(const policy::Proposal& proposal) {
    const Asking officer(kOfficer);
    return outcome(may_approve(officer.subject, proposal, &officer.recording, officer.request));
}

TEST_CASE("Every reason to deny is reached, each by one thing that is wrong") {
    const std::set<std::string> reached{
        after(Role::kAdmin, Action::kPlay, [](Asking&) {}),
        after(Role::kQa, Action::kPlay, [](Asking& a) { a.subject.roles.push_back(Role::kAdmin); }),
        after(Role::kQa, Action::kPlay, [](Asking& a) { a.recording.team = "sales"; }),
        after(Role::kQa, Action::kPlay, [](Asking& a) { a.recording.state = policy::RecordingState::kPurging; }),
        after(Role::kQa, Action::kPlay, [](Asking& a) { a.past_date(); }),
        after(Role::kQa, Action::kPlay, [](Asking& a) { a.recording.quarantined = true; }),
        after(Role::kQa, Action::kPlay, [](Asking& a) { a.restrict_for(RestrictionGround::kClaims); }),
        after(Role::kQa, Action::kPlay,
              [](Asking& a) {
                  a.restrict_for(RestrictionGround::kClaims);
                  a.request.restricted_use = policy::RestrictedUse::kLegalClaim;
              }),
        after(Role::kQa, Action::kPlay, [](Asking& a) { a.recording.held = true; }),
        after(kOfficer, Action::kPlay,
              [](Asking& a) {
                  a.past_date();
                  a.hold();
              }),
        after(Role::kQa, Action::kPlay, [](Asking& a) { a.request.purpose.reset(); }),
        after(Role::kQa, Action::kPlay, [](Asking& a) { a.recording.purposes.clear(); }),
        after(kOfficer, Action::kPlay, [](Asking& a) { a.request.case_given = false; }),
        after(kOfficer, Action::kErase, [](Asking& a) { a.recording.played_by_subject = true; }),
        after(kOfficer, Action::kPlay, [](Asking& a) { a.recording.erasure_by_subject = true; }),
        after(kOfficer, Action::kErase, [](Asking& a) { a.hold(); }),
        after(kOfficer, Action::kErase, [](Asking& a) { a.statute(day("2027-01-01")); }),
        after(kOfficer, Action::kErase, [](Asking& a) { a.restrict_for(RestrictionGround::kUnlawful); }),
        after(kOfficer, Action::kLiftRestriction, [](Asking& a) { a.request.notice_sent = false; }),
        after(Role::kQa, Action::kPlay, [](Asking& a) { a.subject.pseudonym.clear(); }),
        after(kOfficer, Action::kLiftRestriction, [](Asking& a) { a.restrict_for(RestrictionGround::kWithdrawal); }),
        after(Role::kRecorder, Action::kReportWithdrawal,
              [](Asking& a) { a.recording.basis = policy::BasisKind::kLegitimateInterest; }),
        approving({policy::ProposalKind::kErasure, "s-1", at("2026-03-10T09:00:00Z")}),
        approving({policy::ProposalKind::kErasure, "s-2", at("2026-03-01T09:00:00Z")}),
    };
    std::set<std::string> all;
    for (const DenyReason reason : policy::all_deny_reasons()) all.emplace(text(reason));
    CHECK(all.size() == 24);
    CHECK(reached == all);
}

TEST_CASE("Every reason has a sentence of its own that ends with a full stop and names nobody") {
    std::set<std::string_view> sentences;
    for (const DenyReason reason : policy::all_deny_reasons()) {
        CAPTURE(text(reason));
        sentences.insert(sentence(reason));
        CHECK(sentence(reason).size() > 20);
        CHECK(sentence(reason).ends_with('.'));
        CHECK(text(reason).find_first_not_of("abcdefghijklmnopqrstuvwxyz-") == std::string_view::npos);
    }
    CHECK(sentences.size() == policy::all_deny_reasons().size());
}

}  // namespace
