#include "gateway/recordings/propose.hpp"

#include <string>
#include <utility>

#include "gateway/recordings/idempotent.hpp"

namespace gateway::recordings {

using boost::asio::awaitable;
using storage::audit::Word;

awaitable<http::Response> propose(RightsRequest& rights, policy::ProposalKind kind, ProposalPayload payload,
                                  storage::audit::Entry entry) {
    auto& services = rights.services;
    storage::catalogue::NewProposal row;
    row.id = made_id<policy::ProposalId>(rights.request);
    row.kind = policy::text(kind);
    row.payload = encode(payload);
    row.proposer = rights.principal.subject.pseudonym;
    row.valid = policy::kProposalLife;
    const auto id = row.id;
    entry.ref("proposal", id).code("kind", Word::of(kind));
    if (payload.case_ref) entry.case_ref(*payload.case_ref);
    if (payload.hold) entry.ref("hold", *payload.hold);
    const auto written =
        co_await services.catalogue.rights().propose(std::move(row), entry_bytes(entry), services.deadline());
    if (written.has_error()) co_return rights.fail_with(written.error());
    const auto stands = co_await services.catalogue.rights().proposal(id, services.deadline());
    if (stands.has_error()) co_return rights.fail_with(stands.error());
    auto text = proposal_json(*stands, services.clock.now());
    if (text.has_error()) co_return rights.fail_with(text.error());
    auto response = http::json_response(202, std::move(*text));
    response.headers.push_back({"Location", "/v1/proposals/" + id.text()});
    co_return response;
}

}  // namespace gateway::recordings
