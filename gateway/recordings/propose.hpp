#pragma once

#include <boost/asio/awaitable.hpp>

#include "gateway/http/response.hpp"
#include "gateway/recordings/proposal_payload.hpp"
#include "gateway/recordings/rights_request.hpp"
#include "policy/proposal.hpp"

namespace gateway::recordings {

/// Writes a proposal with its entry and answers 202. Whether the caller may propose this was decided before.
boost::asio::awaitable<http::Response> propose(RightsRequest& rights, policy::ProposalKind kind,
                                               ProposalPayload payload, storage::audit::Entry entry);

}  // namespace gateway::recordings
