#include "gateway/recordings/restrictions.hpp"

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <utility>
#include <vector>

#include "gateway/recordings/case_ref.hpp"
#include "gateway/recordings/idempotent.hpp"
#include "gateway/recordings/rights_bodies.hpp"
#include "gateway/recordings/rights_request.hpp"
#include "policy/caller_text.hpp"
#include "policy/claim.hpp"

namespace gateway::recordings {

using boost::asio::awaitable;
using policy::Code;
using storage::audit::LedgerKind;
using storage::audit::Outcome;
using storage::audit::Word;
using storage::catalogue::RestrictionId;
using storage::catalogue::RestrictionRow;
namespace catalogue = storage::catalogue;

namespace {

http::Response set_answer(const RestrictionRow& row) {
    boost::json::object out;
    out["id"] = row.id.text();
    out["recording_id"] = row.recording.text();
    out["ground"] = row.ground;
    out["since"] = policy::text(row.set_at);
    return http::json_response(201, boost::json::serialize(out));
}

http::Response no_content() {
    http::Response response;
    response.status = 204;
    return response;
}

http::Response notice_missing(const http::Request& request) {
    http::Problem problem;
    problem.status = 400;
    problem.code = "malformed-request";
    problem.title = "Malformed request";
    problem.detail = "Name the notice that was sent to the person: notice=..., 1 to 128 characters.";
    return http::problem_response(request.id(), std::move(problem));
}

awaitable<http::Response> set_on(RightsRequest& rights, PlayRegistry& plays, policy::RecordingId id,
                                 RestrictionWish wish) {
    auto& services = rights.services;
    auto found = co_await rights.look_up(id);
    if (auto* response = std::get_if<http::Response>(&found)) co_return std::move(*response);
    std::vector<Concerned> concerned;
    concerned.push_back(std::move(std::get<Concerned>(found)));
    auto decision = policy::may(rights.principal.subject, policy::Action::kRestrict, concerned.front().facts,
                                rights.asked(), rights.rules->access);
    if (auto no = co_await rights.require(std::move(decision), concerned.front())) co_return std::move(*no);
    const auto sealed = co_await case_id(services, "case", std::move(wish.case_number));
    if (sealed.has_error()) co_return rights.fail_with(sealed.error());
    const std::string ground(policy::text(*wish.ground));
    const catalogue::NewRestriction row{made_id<RestrictionId>(rights.request), id, ground,
                                        rights.principal.subject.pseudonym};
    storage::audit::LedgerEvent event;
    event.kind = LedgerKind::kRestrictionSet;
    event.ground = ground;
    event.restriction = row.id;
    if (auto no = co_await rights.announce(std::move(event), concerned)) co_return std::move(*no);

    auto entry = rights.entry_about(Outcome::kDone, concerned);
    entry.reason(Word::of(*wish.ground)).case_ref(*sealed).ref("restriction", row.id);
    std::vector<catalogue::NewJob> no_jobs;
    const auto done =
        co_await services.catalogue.rights().restrict(row, no_jobs, entry_bytes(entry), services.deadline());
    // In doubt it may have happened: what plays must not go on either way.
    if (done.has_value() || done.error().code == Code::kInDoubt) plays.end_recording(id, PlayEnd::kRevoked);
    if (done.has_error() && done.error().code == Code::kNotFound) co_return co_await rights.gone();
    if (done.has_error()) co_return rights.fail_with(done.error());
    const auto rows = co_await services.catalogue.rights().restrictions(id, services.deadline());
    if (rows.has_error()) co_return rights.fail_with(rows.error());
    const auto set = std::ranges::find(*rows, row.id, &RestrictionRow::id);
    if (set == rows->end()) co_return co_await rights.gone();
    co_return set_answer(*set);
}

awaitable<http::Response> lift_from(RightsRequest& rights, policy::RecordingId id, RestrictionId which,
                                    std::string notice) {
    auto& services = rights.services;
    auto found = co_await rights.look_up(id);
    if (auto* response = std::get_if<http::Response>(&found)) co_return std::move(*response);
    std::vector<Concerned> concerned;
    concerned.push_back(std::move(std::get<Concerned>(found)));
    auto& recording = concerned.front();
    const auto rows = co_await services.catalogue.rights().restrictions(id, services.deadline());
    if (rows.has_error()) co_return rights.fail_with(rows.error());
    const auto row = std::ranges::find(*rows, which, &RestrictionRow::id);
    // The ground of the one that is to be lifted decides, not that of another beside it.
    recording.facts.restriction = row == rows->end() ? std::nullopt : policy::parse_restriction_ground(row->ground);
    auto asked = rights.asked();
    asked.notice_sent = true;
    auto decision = policy::may(rights.principal.subject, policy::Action::kLiftRestriction, recording.facts, asked,
                                rights.rules->access);
    const auto log_id = recording.live ? std::optional(recording.log_id) : std::nullopt;
    if (!policy::permitted(decision)) co_return co_await rights.turn_away(std::move(decision), log_id);
    if (row == rows->end() || !recording.live) co_return co_await rights.not_found();

    const auto sealed = co_await case_id(services, "notice", std::move(notice));
    if (sealed.has_error()) co_return rights.fail_with(sealed.error());
    auto entry = rights.entry_about(Outcome::kDone, concerned);
    entry.ref("restriction", which).ref("notice", *sealed);
    if (row->lifted_at) {
        entry.reason("repeat");
        const auto recorded = co_await record(services, std::move(entry));
        if (recorded.has_error()) co_return rights.fail_with(recorded.error());
        co_return no_content();
    }
    const auto lifted = co_await services.catalogue.rights().lift(
        which, rights.principal.subject.pseudonym, sealed->text(), entry_bytes(entry), services.deadline());
    if (lifted.has_error() && lifted.error().code == Code::kNotFound) co_return co_await rights.not_found();
    if (lifted.has_error()) co_return rights.fail_with(lifted.error());
    storage::audit::LedgerEvent event;
    event.kind = LedgerKind::kRestrictionLifted;
    event.restriction = which;
    co_await rights.announce_lift(std::move(event), concerned);
    co_return no_content();
}

}  // namespace

awaitable<http::Response> Restrictions::set(http::Request& request) {
    auto caller = co_await identify(services_, request);
    if (auto* response = std::get_if<http::Response>(&caller)) co_return std::move(*response);
    RightsRequest rights(services_, request, std::move(std::get<auth::Principal>(caller)),
                         storage::audit::Action::kRestrictionSet);
    if (auto no = co_await rights.check_role(policy::Action::kRestrict)) co_return std::move(*no);
    auto body = co_await rights.read_body();
    if (auto* response = std::get_if<http::Response>(&body)) co_return std::move(*response);
    std::vector<policy::Fault> faults;
    auto wish = read_restriction(std::get<std::string>(body), faults);
    if (!faults.empty()) co_return bad_body(request, faults);
    const auto id = policy::RecordingId::parse(request.param("id"));
    if (!id) co_return co_await rights.not_found();
    co_return co_await set_on(rights, plays_, *id, std::move(wish));
}

awaitable<http::Response> Restrictions::lift(http::Request& request) {
    auto caller = co_await identify(services_, request);
    if (auto* response = std::get_if<http::Response>(&caller)) co_return std::move(*response);
    RightsRequest rights(services_, request, std::move(std::get<auth::Principal>(caller)),
                         storage::audit::Action::kRestrictionLift);
    if (auto no = co_await rights.check_role(policy::Action::kLiftRestriction)) co_return std::move(*no);
    auto notice = request.query_parameter("notice");
    if (!notice || notice->empty() || policy::flaw_of(*notice, policy::claim_limits::kRef))
        co_return notice_missing(request);
    const auto id = policy::RecordingId::parse(request.param("id"));
    const auto which = RestrictionId::parse(request.param("restriction"));
    if (!id || !which) co_return co_await rights.not_found();
    co_return co_await lift_from(rights, *id, *which, std::move(*notice));
}

}  // namespace gateway::recordings
