#include "gateway/recordings/propose_erasure.hpp"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "gateway/recordings/case_ref.hpp"
#include "gateway/recordings/propose.hpp"
#include "gateway/recordings/rights_bodies.hpp"
#include "gateway/recordings/rights_request.hpp"

namespace gateway::recordings {

using boost::asio::awaitable;
using policy::ProposalKind;

namespace {

awaitable<http::Response> propose_erasure(RightsRequest& rights, ErasureWish wish) {
    auto& services = rights.services;
    auto found = co_await rights.look_up_all(wish.recordings);
    if (auto* response = std::get_if<http::Response>(&found)) co_return std::move(*response);
    auto concerned = std::move(std::get<std::vector<Concerned>>(found));
    std::vector<std::string> subjects{rights.principal.subject.pseudonym};
    const auto played = co_await services.catalogue.plays().played_by(wish.recordings, subjects, services.deadline());
    if (played.has_error()) co_return rights.fail_with(played.error());
    const std::set<policy::RecordingId> heard(played->begin(), played->end());
    const auto asked = rights.asked();
    for (auto& recording : concerned) {
        recording.facts.played_by_subject = heard.contains(recording.id);
        auto decision = policy::may_propose(rights.principal.subject, ProposalKind::kErasure, &recording.facts, asked,
                                            rights.rules->access);
        if (auto no = co_await rights.require(std::move(decision), recording)) co_return std::move(*no);
    }
    const auto sealed = co_await case_id(services, "case", std::move(wish.case_number));
    if (sealed.has_error()) co_return rights.fail_with(sealed.error());
    ProposalPayload payload;
    payload.recordings = std::move(wish.recordings);
    payload.ground = wish.ground->text();
    payload.case_ref = *sealed;
    auto entry = rights.entry_about(storage::audit::Outcome::kDone, concerned);
    entry.reason(*wish.ground);
    co_return co_await propose(rights, ProposalKind::kErasure, std::move(payload), std::move(entry));
}

}  // namespace

awaitable<http::Response> ProposeErasure::handle(http::Request& request) {
    auto caller = co_await identify(services_, request);
    if (auto* response = std::get_if<http::Response>(&caller)) co_return std::move(*response);
    RightsRequest rights(services_, request, std::move(std::get<auth::Principal>(caller)),
                         storage::audit::Action::kErasurePropose);
    if (auto no = co_await rights.check_role(policy::Action::kErase)) co_return std::move(*no);
    auto body = co_await rights.read_body();
    if (auto* response = std::get_if<http::Response>(&body)) co_return std::move(*response);
    std::vector<policy::Fault> faults;
    auto wish = read_erasure(std::get<std::string>(body), faults);
    if (!faults.empty()) co_return bad_body(request, faults);
    co_return co_await propose_erasure(rights, std::move(wish));
}

}  // namespace gateway::recordings
