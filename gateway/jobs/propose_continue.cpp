#include "gateway/jobs/propose_continue.hpp"

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "gateway/json/object_reader.hpp"
#include "gateway/recordings/admission.hpp"
#include "gateway/recordings/caller.hpp"
#include "gateway/recordings/case_ref.hpp"
#include "gateway/recordings/proposal_payload.hpp"
#include "policy/caller_text.hpp"
#include "policy/claim.hpp"
#include "policy/proposal.hpp"
#include "storage/crypto/random.hpp"

namespace gateway::jobs {

using boost::asio::awaitable;
using policy::Code;
using policy::Result;
using storage::audit::Action;
using storage::audit::Entry;
using storage::audit::Outcome;
using storage::audit::Word;
namespace catalogue = storage::catalogue;

namespace {

constexpr std::size_t kMaxBodyInBytes = 8192;
constexpr auto kKind = policy::ProposalKind::kPurgeContinue;

std::optional<std::string> read_case(std::string_view text, std::vector<policy::Fault>& faults) {
    const auto document = gateway::json::parse_object(text, faults);
    if (!document) return std::nullopt;
    gateway::json::ObjectReader reader(*document, "", faults);
    reader.need("case");
    auto number = reader.text("case");
    if (number && (number->empty() || policy::flaw_of(*number, policy::claim_limits::kRef))) {
        reader.fault(policy::FaultCode::kFieldFormat, "case", "Send a case number of 1 to 128 characters.");
    }
    reader.done();
    return faults.empty() ? number : std::nullopt;
}

http::Response proposed(const catalogue::ProposalRow& row, catalogue::PurgeRunId run) {
    const boost::json::object out{{"id", row.id.text()},
                                  {"kind", row.kind},
                                  {"state", row.state},
                                  {"proposed_by", row.proposer},
                                  {"proposed_at", policy::text(row.proposed_at)},
                                  {"expires_at", policy::text(row.expires_at)},
                                  {"purge_run_id", run.text()}};
    auto response = http::json_response(202, boost::json::serialize(out));
    response.headers.push_back({"Location", "/v1/proposals/" + row.id.text()});
    return response;
}

}  // namespace

awaitable<Result<std::optional<catalogue::RunRow>>> ProposeContinue::stopped_run() {
    const auto newest = co_await services_.catalogue.purge().runs(1, services_.deadline());
    if (newest.has_error()) co_return newest.error();
    if (newest->empty() || newest->front().state != "stopped") co_return std::nullopt;
    const auto open = co_await services_.catalogue.rights().open_proposals(services_.deadline());
    if (open.has_error()) co_return open.error();
    const auto waits = [now = services_.clock.now()](const catalogue::ProposalRow& row) {
        return row.kind == policy::text(kKind) && row.expires_at > now;
    };
    if (std::ranges::any_of(*open, waits)) co_return std::nullopt;
    co_return newest->front();
}

awaitable<http::Response> ProposeContinue::handle(http::Request& request) {
    auto caller = co_await recordings::identify(services_, request);
    if (auto* response = std::get_if<http::Response>(&caller)) co_return std::move(*response);
    const auto& principal = std::get<auth::Principal>(caller);
    const auto decision = policy::may_propose(principal.subject, kKind, nullptr, recordings::asked_now(services_),
                                              services_.rules.current()->access);
    if (!policy::permitted(decision)) {
        Entry denied(services_.clock.now(), recordings::actor_of(principal), Action::kProposalOpen, Outcome::kDeny);
        denied.code("kind", Word::of(kKind));
        co_return co_await recordings::turn_away(services_, request, decision, std::move(denied));
    }
    const auto text = co_await request.body().read_all(kMaxBodyInBytes);
    if (text.has_error()) co_return http::problem_response(request.id(), text.error());
    std::vector<policy::Fault> faults;
    const auto number = read_case(*text, faults);
    if (!number) co_return recordings::refused(request, "invalid", "The input breaks a rule", faults);
    const auto run = co_await stopped_run();
    if (run.has_error()) co_return recordings::failed(services_, request, run.error());
    if (!*run) {
        auto problem = http::problem_of(Code::kConflict);
        problem.detail = "No purge is stopped, or its continuation waits for a second person already.";
        co_return http::problem_response(request.id(), std::move(problem));
    }
    const auto sealed = co_await recordings::case_id(services_, "case", *number);
    if (sealed.has_error()) co_return recordings::failed(services_, request, sealed.error());

    catalogue::NewProposal proposal;
    proposal.id = request.made_id() ? policy::ProposalId(request.made_id()->bytes())
                                    : storage::crypto::random_id<policy::ProposalId>();
    proposal.kind = policy::text(kKind);
    recordings::ProposalPayload payload;
    payload.case_ref = *sealed;
    payload.run = (*run)->id;
    payload.stop = catalogue::AcceptedStop{(*run)->reason, (*run)->due};
    proposal.payload = recordings::encode(payload);
    proposal.proposer = principal.subject.pseudonym;
    proposal.valid = policy::kProposalLife;
    const auto id = proposal.id;
    auto entry = recordings::permitted_entry(services_, principal, Action::kProposalOpen);
    entry.code("kind", Word::of(kKind)).ref("proposal", id).ref("run", (*run)->id).case_ref(*sealed);
    const auto written = co_await services_.catalogue.rights().propose(
        std::move(proposal), recordings::entry_bytes(entry), services_.deadline());
    if (written.has_error()) co_return recordings::failed(services_, request, written.error());
    const auto row = co_await services_.catalogue.rights().proposal(id, services_.deadline());
    if (row.has_error()) co_return recordings::failed(services_, request, row.error());
    co_return proposed(*row, (*run)->id);
}

}  // namespace gateway::jobs
