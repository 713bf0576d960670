#include "policy/proposal.hpp"

#include <algorithm>
#include <array>

namespace policy {

namespace {

struct KindRow {
    ProposalKind kind;
    std::string_view text;
    Action propose;
    Action approve;
};

constexpr std::array kKinds{
    KindRow{ProposalKind::kErasure, "erasure", Action::kErase, Action::kErase},
    KindRow{ProposalKind::kHold, "hold", Action::kAskHold, Action::kPlaceHold},
    KindRow{ProposalKind::kHoldRelease, "hold_release", Action::kReleaseHold, Action::kReleaseHold},
    KindRow{ProposalKind::kLongerClass, "longer_class", Action::kLongerClass, Action::kLongerClass},
    KindRow{ProposalKind::kPolicyOverride, "policy_override", Action::kOverridePolicy, Action::kOverridePolicy},
    KindRow{ProposalKind::kPurgeContinue, "purge_continue", Action::kContinuePurge, Action::kContinuePurge},
    KindRow{ProposalKind::kRestrictedUse, "restricted_use", Action::kUseRestricted, Action::kUseRestricted},
    KindRow{ProposalKind::kBasisCorrection, "basis_correction", Action::kCorrectBasis, Action::kCorrectBasis},
};

const KindRow* row_of(ProposalKind kind) {
    const auto* row = std::ranges::find(kKinds, kind, &KindRow::kind);
    return row == kKinds.end() ? nullptr : row;
}

Decision ask(const Subject& subject, Action action, const RecordingFacts* recording, const Request& request,
             const AccessRules& rules) {
    return recording ? may(subject, action, *recording, request, rules) : may(subject, action, request, rules);
}

bool holds(const Subject& subject, Role role) {
    return std::ranges::find(subject.roles, role) != subject.roles.end();
}

}  // namespace

std::string_view text(ProposalKind kind) {
    const KindRow* row = row_of(kind);
    return row ? row->text : std::string_view{};
}

std::optional<ProposalKind> parse_proposal_kind(std::string_view text) {
    const auto* row = std::ranges::find(kKinds, text, &KindRow::text);
    return row == kKinds.end() ? std::nullopt : std::optional(row->kind);
}

Decision may_propose(const Subject& subject, ProposalKind kind, const RecordingFacts* recording, const Request& request,
                     const AccessRules& rules) {
    const KindRow* row = row_of(kind);
    if (!row) return Deny{DenyReason::kMalformed};
    return ask(subject, row->propose, recording, request, rules);
}

Decision may_approve(const Subject& subject, const Proposal& proposal, const RecordingFacts* recording,
                     const Request& request, const AccessRules& rules) {
    const KindRow* row = row_of(proposal.kind);
    if (!row) return Deny{DenyReason::kMalformed};
    Decision decision = ask(subject, row->approve, recording, request, rules);
    if (std::holds_alternative<Deny>(decision)) return decision;
    if (!holds(subject, Role::kPrivacyOfficer)) return Deny{DenyReason::kNoRole};
    if (proposal.proposer.empty()) return Deny{DenyReason::kMalformed};
    if (proposal.proposer == subject.pseudonym) return Deny{DenyReason::kSamePerson};
    if (request.now - proposal.proposed_at > kProposalLife) return Deny{DenyReason::kProposalExpired};
    return decision;
}

}  // namespace policy
