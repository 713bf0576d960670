#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "policy/access.hpp"
#include "policy/time.hpp"

namespace policy {

/// What takes two people.
enum class ProposalKind {
    kErasure,
    kHold,  ///< asked for by a supervisor; the privacy officer who approves it places it
    kHoldRelease,
    kLongerClass,
    kPolicyOverride,
    kPurgeContinue,
    kRestrictedUse,    ///< to use a restricted recording on an 18(2) ground
    kBasisCorrection,  ///< rule 2: towards the stricter only
};
std::string_view text(
    ProposalKind kind);  ///< erasure, hold, hold_release, longer_class, policy_override, purge_continue, ...
std::optional<ProposalKind> parse_proposal_kind(std::string_view text);

/// An unanswered proposal is void after this.
inline constexpr std::chrono::hours kProposalLife{7 * 24};

struct Proposal {
    ProposalKind kind = ProposalKind::kErasure;
    std::string proposer;  ///< pseudonym
    Instant proposed_at{};
};

/// Whether this subject may make a proposal of that kind. `recording` is null for kinds that concern none.
Decision may_propose(const Subject& subject, ProposalKind kind, const RecordingFacts* recording, const Request& request,
                     const AccessRules& rules = {});

/// Whether this subject may approve: another person than the proposer, with a role that may approve this kind, fresh
/// second factor, the proposal not void, and for an erasure nobody who played the recording. Everything that would
/// forbid the act itself (holds, statutory class) is looked at again. A stopped purge is continued by a privacy
/// officer's approval; an admin may propose it.
Decision may_approve(const Subject& subject, const Proposal& proposal, const RecordingFacts* recording,
                     const Request& request, const AccessRules& rules = {});

}  // namespace policy
