#include "policy/proposal.hpp"

#include <catch2/catch.hpp>
#include <set>
#include <string>

#include "tests/unit/policy/asking.hpp"

namespace {

using namespace std::chrono_literals;
using policy::Proposal;
using policy::ProposalKind;
using policy::Role;
using tests::Asking;
using tests::outcome;

constexpr Role kOfficer = Role::kPrivacyOfficer;
constexpr ProposalKind kKinds[] = {ProposalKind::kErasure,         ProposalKind::kHoldRelease,
                                   ProposalKind::kLongerClass,     ProposalKind::kPolicyOverride,
                                   ProposalKind::kPurgeContinue,   ProposalKind::kRestrictedUse,
                                   ProposalKind::kBasisCorrection, ProposalKind::kHold};

bool on_recording(ProposalKind kind) {
    return kind != ProposalKind::kPolicyOverride && kind != ProposalKind::kPurgeContinue;
}

std::string proposing(const Asking& asking, ProposalKind kind) {
    return outcome(may_propose(asking.subject, kind, on_recording(kind) ? &asking.recording : nullptr, asking.request));
}

std::string approving(const Asking& asking, ProposalKind kind, std::string proposer = "s-2",
                      std::chrono::milliseconds ago = 1h) {
    const Proposal proposal{kind, std::move(proposer), asking.request.now - ago};
    return outcome(
        may_approve(asking.subject, proposal, on_recording(kind) ? &asking.recording : nullptr, asking.request));
}

TEST_CASE("Who may propose and who may approve, for each kind and role") {
    for (const ProposalKind kind : kKinds) {
        for (const Role role : policy::all_roles()) {
            const bool proposes = role == kOfficer || (kind == ProposalKind::kPurgeContinue && role == Role::kAdmin) ||
                                  (kind == ProposalKind::kRestrictedUse && role == Role::kSupervisor) ||
                                  (kind == ProposalKind::kHold && role == Role::kSupervisor);
            CAPTURE(text(kind), text(role));
            CHECK(proposing(Asking(role), kind) == (proposes ? "permit" : "no-role"));
            CHECK(approving(Asking(role), kind) == (role == kOfficer ? "permit" : "no-role"));
        }
    }
}

TEST_CASE("Nobody approves the own proposal, whatever its kind") {
    for (const ProposalKind kind : kKinds) {
        CHECK(approving(Asking(kOfficer), kind, "s-1") == "same-person");
        CHECK(approving(Asking(kOfficer), kind, "") == "malformed");
    }
}

TEST_CASE("A proposal is void after seven days") {
    CHECK(approving(Asking(kOfficer), ProposalKind::kErasure, "s-2", 7 * 24h) == "permit");
    CHECK(approving(Asking(kOfficer), ProposalKind::kErasure, "s-2", 7 * 24h + 1ms) == "proposal-expired");
}

TEST_CASE("Proposing and approving need a second factor of at most 5 minutes") {
    Asking asking(kOfficer);
    asking.second_factor(5min);
    CHECK(approving(asking, ProposalKind::kErasure) == "permit");
    asking.second_factor(5min + 1ms);
    for (const ProposalKind kind : kKinds) {
        // Asking for a hold acts on nothing yet: that takes a login, and the approval the fresh factor.
        CHECK(proposing(asking, kind) == (kind == ProposalKind::kHold ? "permit" : "step-up"));
        CHECK(approving(asking, kind) == "step-up");
    }
}

TEST_CASE("A stale second factor does not hide that the approver is the proposer or the proposal void") {
    Asking asking(kOfficer);
    asking.subject.mfa = {};
    CHECK(approving(asking, ProposalKind::kErasure, "s-1") == "same-person");
    CHECK(approving(asking, ProposalKind::kErasure, "s-2", 8 * 24h) == "proposal-expired");
}

TEST_CASE("Rule 47: who played a recording neither proposes nor approves its erasure") {
    Asking asking(kOfficer);
    asking.recording.played_by_subject = true;
    CHECK(proposing(asking, ProposalKind::kErasure) == "played-before");
    CHECK(approving(asking, ProposalKind::kErasure) == "played-before");
    CHECK(approving(asking, ProposalKind::kHoldRelease) == "permit");
}

TEST_CASE("A hold placed after an erasure was proposed stops its approval") {
    Asking asking(kOfficer);
    asking.hold();
    CHECK(approving(asking, ProposalKind::kErasure) == "held");
    asking.recording.held = false;
    asking.statute(tests::day("2031-01-01"));
    CHECK(approving(asking, ProposalKind::kErasure) == "statutory");
}

TEST_CASE("Rule 15: a longer class is not approved once the recording's date has come") {
    Asking asking(kOfficer);
    asking.past_date();
    CHECK(approving(asking, ProposalKind::kLongerClass) == "past-purge-date");
}

TEST_CASE("Rule 32: a supervisor proposes the use of a restricted recording of the own team only") {
    Asking asking(Role::kSupervisor);
    asking.recording.team = "sales";
    CHECK(proposing(asking, ProposalKind::kRestrictedUse) == "not-yours");
}

TEST_CASE("A proposal on a recording needs one, and one on the deployment takes none") {
    const Asking asking(kOfficer);
    CHECK(outcome(may_propose(asking.subject, ProposalKind::kErasure, nullptr, asking.request)) == "malformed");
    CHECK(outcome(may_propose(asking.subject, ProposalKind::kPurgeContinue, &asking.recording, asking.request)) ==
          "malformed");
}

TEST_CASE("Kinds of proposals read back from their names") {
    std::set<std::string_view> names;
    for (const ProposalKind kind : kKinds) {
        CHECK(policy::parse_proposal_kind(text(kind)) == kind);
        names.insert(text(kind));
    }
    CHECK(names.size() == 8);
    for (const char* bad : {"", "Erasure", "erase", "hold-release"}) CHECK_FALSE(policy::parse_proposal_kind(bad));
}

}  // namespace
