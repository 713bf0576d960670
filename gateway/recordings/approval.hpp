#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/recordings/play_registry.hpp"
#include "gateway/recordings/proposal_payload.hpp"
#include "gateway/recordings/rights_request.hpp"
#include "policy/proposal.hpp"

namespace gateway::recordings {

/// One approval: the steps of each kind; members are what they hand on.
class Approval {
  public:
    Approval(RightsRequest& rights, PlayRegistry& plays, storage::catalogue::ProposalRow row, ProposalPayload payload,
             policy::ProposalKind kind)
        : rights_(rights),
          services_(rights.services),
          plays_(plays),
          row_(std::move(row)),
          payload_(std::move(payload)),
          proposal_{kind, row_.proposer, row_.proposed_at} {}

    /// Nothing: approved. Else the audited answer why not.
    RightsRequest::Step run();

  private:
    RightsRequest::Step erase();
    RightsRequest::Step hold();
    RightsRequest::Step release();
    RightsRequest::Step continue_purge();

    /// The decision of policy over each of them.
    RightsRequest::Step require_all(const std::vector<Concerned>& recordings);
    RightsRequest::Step settle(policy::Result<storage::catalogue::Approval> outcome);
    storage::audit::Entry entry(const std::vector<Concerned>& recordings) const;

    RightsRequest& rights_;
    Services& services_;
    PlayRegistry& plays_;
    const storage::catalogue::ProposalRow row_;
    const ProposalPayload payload_;
    const policy::Proposal proposal_;
};

}  // namespace gateway::recordings
