#include "gateway/recordings/proposals.hpp"

#include <string>
#include <utility>

#include "gateway/recordings/approval.hpp"
#include "gateway/recordings/proposal_payload.hpp"
#include "gateway/recordings/rights_request.hpp"

namespace gateway::recordings {

using boost::asio::awaitable;
using policy::Code;
using storage::audit::Action;
using storage::audit::Outcome;
using storage::catalogue::ProposalRow;
namespace catalogue = storage::catalogue;

namespace {

constexpr std::size_t kLongestList = 500;

/// The proposal that the path names.
RightsRequest::Or<ProposalRow> proposal_of(RightsRequest& rights) {
    const auto id = policy::ProposalId::parse(rights.request.param("id"));
    if (!id) co_return co_await rights.not_found();
    auto row = co_await rights.services.catalogue.rights().proposal(*id, rights.services.deadline());
    if (row.has_value()) co_return std::move(*row);
    if (row.error().code == Code::kNotFound) co_return co_await rights.not_found();
    co_return rights.fail_with(row.error());
}

policy::Decision may_see(const RightsRequest& rights) {
    return policy::may(rights.principal.subject, policy::Action::kSeeProposals, rights.asked(), rights.rules->access);
}

http::Response answer(RightsRequest& rights, const ProposalRow& row) {
    auto text = proposal_json(row, rights.services.clock.now());
    if (text.has_error()) return rights.fail_with(text.error());
    return http::json_response(200, std::move(*text));
}

/// An entry of its own, then the answer.
awaitable<http::Response> recorded(RightsRequest& rights, storage::audit::Entry entry, http::Response response) {
    const auto written = co_await record(rights.services, std::move(entry));
    if (written.has_error()) co_return rights.fail_with(written.error());
    co_return response;
}

awaitable<http::Response> list_open(RightsRequest& rights) {
    if (auto decision = may_see(rights); !policy::permitted(decision)) {
        co_return co_await rights.turn_away(std::move(decision), std::nullopt);
    }
    const auto rows = co_await rights.services.catalogue.rights().open_proposals(rights.services.deadline());
    if (rows.has_error()) co_return rights.fail_with(rows.error());
    std::string out = "{\"proposals\":[";
    std::int64_t count = 0;
    for (const auto& row : *rows) {
        if (static_cast<std::size_t>(count) == kLongestList) break;
        const auto text = proposal_json(row, rights.services.clock.now());
        if (text.has_error()) co_return rights.fail_with(text.error());
        if (count++ > 0) out.push_back(',');
        out += *text;
    }
    out += "]}";
    auto entry = rights.entry(Outcome::kPermit);
    entry.number("proposals", count);
    co_return co_await recorded(rights, std::move(entry), http::json_response(200, std::move(out)));
}

/// To anyone else than the proposer and those who see the list there is no such proposal.
awaitable<http::Response> show(RightsRequest& rights) {
    auto found = co_await proposal_of(rights);
    if (auto* response = std::get_if<http::Response>(&found)) co_return std::move(*response);
    const auto& row = std::get<ProposalRow>(found);
    const bool own = row.proposer == rights.principal.subject.pseudonym;
    if (!own && !policy::permitted(may_see(rights))) co_return co_await rights.not_found();
    auto entry = rights.entry(Outcome::kPermit);
    entry.ref("proposal", row.id);
    co_return co_await recorded(rights, std::move(entry), answer(rights, row));
}

/// What is decided already: the same answer for the same decision of the same person.
awaitable<http::Response> decided_before(RightsRequest& rights, const ProposalRow& row, bool approving,
                                         http::Response same) {
    const bool repeat = row.decider == rights.principal.subject.pseudonym && approving == (row.state == "approved");
    if (!repeat) co_return co_await rights.conflict("closed", "The proposal was decided already.");
    auto entry = rights.entry(Outcome::kDone);
    entry.ref("proposal", row.id).reason("repeat");
    co_return co_await recorded(rights, std::move(entry), std::move(same));
}

awaitable<http::Response> approve_one(RightsRequest& rights, PlayRegistry& plays) {
    if (auto decision = may_see(rights); !policy::permitted(decision)) {
        co_return co_await rights.turn_away(std::move(decision), std::nullopt);
    }
    auto found = co_await proposal_of(rights);
    if (auto* response = std::get_if<http::Response>(&found)) co_return std::move(*response);
    auto row = std::move(std::get<ProposalRow>(found));
    if (row.state != "open") co_return co_await decided_before(rights, row, true, answer(rights, row));
    const auto kind = policy::parse_proposal_kind(row.kind);
    if (!kind) co_return rights.fail_with(policy::fail(Code::kInternal, "a stored proposal is of an unknown kind"));
    auto payload = proposal_payload_from(row.payload);
    if (payload.has_error()) co_return rights.fail_with(payload.error());
    const auto id = row.id;
    Approval approval(rights, plays, std::move(row), std::move(*payload), *kind);
    if (auto no = co_await approval.run()) co_return std::move(*no);
    const auto stands = co_await rights.services.catalogue.rights().proposal(id, rights.services.deadline());
    if (stands.has_error()) co_return rights.fail_with(stands.error());
    co_return answer(rights, *stands);
}

http::Response no_content() {
    http::Response response;
    response.status = 204;
    return response;
}

awaitable<http::Response> refuse_one(RightsRequest& rights) {
    if (auto decision = may_see(rights); !policy::permitted(decision)) {
        co_return co_await rights.turn_away(std::move(decision), std::nullopt);
    }
    auto found = co_await proposal_of(rights);
    if (auto* response = std::get_if<http::Response>(&found)) co_return std::move(*response);
    const auto& row = std::get<ProposalRow>(found);
    if (row.state != "open") co_return co_await decided_before(rights, row, false, no_content());
    auto entry = rights.entry(Outcome::kDone);
    entry.ref("proposal", row.id);
    std::vector<catalogue::NewJob> no_jobs;
    const auto decided = co_await rights.services.catalogue.rights().decide(
        row.id, rights.principal.subject.pseudonym, false, no_jobs, entry_bytes(entry), rights.services.deadline());
    if (decided.has_error()) co_return rights.fail_with(decided.error());
    if (*decided == catalogue::Approval::kDone) co_return no_content();
    if (*decided == catalogue::Approval::kSamePerson) {
        co_return co_await rights.turn_away(policy::Deny{policy::DenyReason::kSamePerson}, std::nullopt);
    }
    co_return co_await rights.conflict("closed", "The proposal was decided meanwhile, or has expired.");
}

}  // namespace

awaitable<http::Response> Proposals::list(http::Request& request) {
    auto caller = co_await identify(services_, request);
    if (auto* response = std::get_if<http::Response>(&caller)) co_return std::move(*response);
    RightsRequest rights(services_, request, std::move(std::get<auth::Principal>(caller)), Action::kProposalRead);
    co_return co_await list_open(rights);
}

awaitable<http::Response> Proposals::get(http::Request& request) {
    auto caller = co_await identify(services_, request);
    if (auto* response = std::get_if<http::Response>(&caller)) co_return std::move(*response);
    RightsRequest rights(services_, request, std::move(std::get<auth::Principal>(caller)), Action::kProposalRead);
    co_return co_await show(rights);
}

awaitable<http::Response> Proposals::approve(http::Request& request) {
    auto caller = co_await identify(services_, request);
    if (auto* response = std::get_if<http::Response>(&caller)) co_return std::move(*response);
    RightsRequest rights(services_, request, std::move(std::get<auth::Principal>(caller)), Action::kProposalApprove);
    co_return co_await approve_one(rights, plays_);
}

awaitable<http::Response> Proposals::refuse(http::Request& request) {
    auto caller = co_await identify(services_, request);
    if (auto* response = std::get_if<http::Response>(&caller)) co_return std::move(*response);
    RightsRequest rights(services_, request, std::move(std::get<auth::Principal>(caller)), Action::kProposalRefuse);
    co_return co_await refuse_one(rights);
}

}  // namespace gateway::recordings
