#include "gateway/recordings/holds.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <utility>
#include <vector>

#include "gateway/recordings/case_ref.hpp"
#include "gateway/recordings/idempotent.hpp"
#include "gateway/recordings/propose.hpp"
#include "gateway/recordings/rights_bodies.hpp"
#include "gateway/recordings/rights_request.hpp"
#include "policy/hold.hpp"

namespace gateway::recordings {

using boost::asio::awaitable;
using policy::Code;
using policy::fail;
using policy::ProposalKind;
using policy::Result;
using storage::audit::Action;
using storage::audit::LedgerKind;
using storage::audit::Outcome;
using storage::catalogue::HoldRow;
namespace catalogue = storage::catalogue;

namespace {

/// What the two references of a hold say.
struct HoldTexts {
    std::string matter;
    std::string owner;
};

/// A hold and what lies under it.
struct FoundHold {
    HoldRow row;
    std::vector<policy::RecordingId> recordings;
};

boost::json::object hold_json(const FoundHold& hold) {
    boost::json::array ids;
    for (const auto& id : hold.recordings) ids.emplace_back(id.text());
    boost::json::object out;
    out["id"] = hold.row.id.text();
    out["recordings"] = std::move(ids);
    out["review_on"] = policy::text(hold.row.review_on);
    out["created_at"] = policy::text(hold.row.set_at);
    out["state"] = hold.row.released_at ? "released" : "active";
    return out;
}

/// The hold that the path names; kNotFound: none.
awaitable<Result<FoundHold>> find_hold(Services& services, policy::HoldId id) {
    FoundHold out;
    const auto row = co_await services.catalogue.rights().hold_row(id, services.deadline());
    if (row.has_error()) co_return row.error();
    out.row = *row;
    auto held = co_await services.catalogue.rights().held_by(id, services.deadline());
    if (held.has_error()) co_return held.error();
    out.recordings = std::move(*held);
    co_return out;
}

RightsRequest::Or<FoundHold> hold_of(RightsRequest& rights) {
    const auto id = policy::HoldId::parse(rights.request.param("id"));
    if (!id) co_return co_await rights.not_found();
    auto found = co_await find_hold(rights.services, *id);
    if (found.has_value()) co_return std::move(*found);
    if (found.error().code == Code::kNotFound) co_return co_await rights.not_found();
    co_return rights.fail_with(found.error());
}

awaitable<Result<HoldTexts>> texts_of(Services& services, const HoldRow& row) {
    HoldTexts out;
    auto matter = co_await case_text(services, "matter", row.matter_ref);
    if (matter.has_error()) co_return fail(Code::kCorrupt, "a hold's matter cannot be opened");
    out.matter = std::move(*matter);
    if (row.owner_ref.empty()) co_return out;
    auto owner = co_await case_text(services, "owner", row.owner_ref);
    if (owner.has_error()) co_return fail(Code::kCorrupt, "a hold's owner cannot be opened");
    out.owner = std::move(*owner);
    co_return out;
}

awaitable<http::Response> ask_for(RightsRequest& rights, std::vector<Concerned> concerned, ProposalPayload payload) {
    payload.recordings = ids_of(concerned);
    payload.hold = storage::crypto::random_id<policy::HoldId>();
    auto entry = rights.entry_about(Outcome::kDone, concerned);
    entry.ref("matter", *storage::audit::CaseId::parse(payload.matter_ref));
    co_return co_await propose(rights, ProposalKind::kHold, std::move(payload), std::move(entry));
}

awaitable<http::Response> place_now(RightsRequest& rights, std::vector<Concerned> concerned, ProposalPayload payload) {
    auto& services = rights.services;
    catalogue::NewHold hold{made_id<policy::HoldId>(rights.request),
                            payload.matter_ref,
                            rights.principal.subject.pseudonym,
                            *payload.review_on,
                            payload.owner_ref,
                            true};
    const auto id = hold.id;
    if (auto no = co_await rights.announce(about_hold(LedgerKind::kHoldSet, id), concerned)) co_return std::move(*no);
    auto entry = rights.entry_about(Outcome::kDone, concerned);
    entry.ref("hold", id).ref("matter", *storage::audit::CaseId::parse(payload.matter_ref));
    entry.date("review_on", *payload.review_on);
    std::vector<catalogue::NewJob> no_jobs;
    const auto held = co_await services.catalogue.rights().hold(hold, ids_of(concerned), no_jobs, entry_bytes(entry),
                                                                services.deadline());
    if (held.has_error()) co_return rights.fail_with(held.error());
    if (held->empty()) co_return co_await rights.gone();
    const auto found = co_await find_hold(services, id);
    if (found.has_error()) co_return rights.fail_with(found.error());
    auto response = http::json_response(201, boost::json::serialize(hold_json(*found)));
    response.headers.push_back({"Location", "/v1/holds/" + id.text()});
    co_return response;
}

awaitable<http::Response> place_or_ask(RightsRequest& rights, HoldWish wish) {
    auto& services = rights.services;
    auto found = co_await rights.look_up_all(std::move(wish.recordings));
    if (auto* response = std::get_if<http::Response>(&found)) co_return std::move(*response);
    auto concerned = std::move(std::get<std::vector<Concerned>>(found));
    const bool places = rights.role_allows(policy::Action::kPlaceHold);
    const auto& subject = rights.principal.subject;
    const auto& access = rights.rules->access;
    const auto asked = rights.asked();
    for (const auto& recording : concerned) {
        auto decision = places ? policy::may(subject, policy::Action::kPlaceHold, recording.facts, asked, access)
                               : policy::may_propose(subject, ProposalKind::kHold, &recording.facts, asked, access);
        if (auto no = co_await rights.require(std::move(decision), recording)) co_return std::move(*no);
    }
    const auto matter = co_await case_id(services, "matter", std::move(*wish.claim.matter));
    if (matter.has_error()) co_return rights.fail_with(matter.error());
    const auto owner = co_await case_id(services, "owner", std::move(*wish.claim.owner));
    if (owner.has_error()) co_return rights.fail_with(owner.error());
    ProposalPayload payload;
    payload.matter_ref = matter->text();
    payload.owner_ref = owner->text();
    payload.review_on = wish.claim.review_on;
    if (places) co_return co_await place_now(rights, std::move(concerned), std::move(payload));
    co_return co_await ask_for(rights, std::move(concerned), std::move(payload));
}

awaitable<http::Response> show(RightsRequest& rights) {
    auto& services = rights.services;
    auto decision =
        policy::may(rights.principal.subject, policy::Action::kSeeHolds, rights.asked(), rights.rules->access);
    if (!policy::permitted(decision)) co_return co_await rights.turn_away(std::move(decision), std::nullopt);
    auto found = co_await hold_of(rights);
    if (auto* response = std::get_if<http::Response>(&found)) co_return std::move(*response);
    const auto& hold = std::get<FoundHold>(found);
    const auto texts = co_await texts_of(services, hold.row);
    if (texts.has_error()) co_return rights.fail_with(texts.error());
    auto entry = rights.entry(Outcome::kPermit);
    entry.ref("hold", hold.row.id);
    const auto recorded = co_await record(services, std::move(entry));
    if (recorded.has_error()) co_return rights.fail_with(recorded.error());
    auto out = hold_json(hold);
    out["matter"] = texts->matter;
    if (!texts->owner.empty()) out["owner"] = texts->owner;
    co_return http::json_response(200, boost::json::serialize(out));
}

awaitable<http::Response> review_until(RightsRequest& rights, policy::Date review_on) {
    auto& services = rights.services;
    auto found = co_await hold_of(rights);
    if (auto* response = std::get_if<http::Response>(&found)) co_return std::move(*response);
    const auto hold = std::move(std::get<FoundHold>(found));
    auto held = co_await rights.look_up_all(hold.recordings);
    if (auto* response = std::get_if<http::Response>(&held)) co_return std::move(*response);
    const auto& concerned = std::get<std::vector<Concerned>>(held);
    const auto asked = rights.asked();
    for (const auto& recording : concerned) {
        auto decision = policy::may(rights.principal.subject, policy::Action::kRenewHold, recording.facts, asked,
                                    rights.rules->access);
        if (auto no = co_await rights.require(std::move(decision), recording)) co_return std::move(*no);
    }
    if (hold.row.released_at) co_return co_await rights.conflict("released", "This hold was released.");
    const auto texts = co_await texts_of(services, hold.row);
    if (texts.has_error()) co_return rights.fail_with(texts.error());
    const policy::HoldClaim claim{texts->matter, texts->owner, review_on};
    const auto& last = hold.row.reviewer.empty() ? hold.row.owner : hold.row.reviewer;
    const auto faults = policy::check_hold_renewal(claim, last, rights.principal.subject.pseudonym, services.today());
    if (!faults.empty()) co_return bad_body(rights.request, faults);
    auto entry = rights.entry_about(Outcome::kDone, concerned);
    entry.ref("hold", hold.row.id).date("review_on", review_on);
    const auto moved = co_await services.catalogue.rights().review_hold(
        hold.row.id, rights.principal.subject.pseudonym, review_on, entry_bytes(entry), services.deadline());
    if (moved.has_error() && moved.error().code == Code::kNotFound) {
        co_return co_await rights.conflict("released", "This hold was released.");
    }
    if (moved.has_error() && moved.error().code == Code::kDenied) {
        co_return co_await rights.conflict("same_person", "Have another person than the last approver renew the hold.");
    }
    if (moved.has_error()) co_return rights.fail_with(moved.error());
    const auto stands = co_await find_hold(services, hold.row.id);
    if (stands.has_error()) co_return rights.fail_with(stands.error());
    co_return http::json_response(200, boost::json::serialize(hold_json(*stands)));
}

awaitable<http::Response> propose_release(RightsRequest& rights, std::string case_number) {
    auto& services = rights.services;
    auto found = co_await hold_of(rights);
    if (auto* response = std::get_if<http::Response>(&found)) co_return std::move(*response);
    const auto hold = std::move(std::get<FoundHold>(found));
    if (hold.row.released_at) co_return co_await rights.conflict("released", "This hold was released.");
    auto held = co_await rights.look_up_all(hold.recordings);
    if (auto* response = std::get_if<http::Response>(&held)) co_return std::move(*response);
    const auto& concerned = std::get<std::vector<Concerned>>(held);
    const auto asked = rights.asked();
    for (const auto& recording : concerned) {
        auto decision = policy::may_propose(rights.principal.subject, ProposalKind::kHoldRelease, &recording.facts,
                                            asked, rights.rules->access);
        if (auto no = co_await rights.require(std::move(decision), recording)) co_return std::move(*no);
    }
    const auto sealed = co_await case_id(services, "case", std::move(case_number));
    if (sealed.has_error()) co_return rights.fail_with(sealed.error());
    ProposalPayload payload;
    payload.hold = hold.row.id;
    payload.case_ref = *sealed;
    co_return co_await propose(rights, ProposalKind::kHoldRelease, std::move(payload),
                               rights.entry_about(Outcome::kDone, concerned));
}

}  // namespace

awaitable<http::Response> Holds::place(http::Request& request) {
    auto caller = co_await identify(services_, request);
    if (auto* response = std::get_if<http::Response>(&caller)) co_return std::move(*response);
    auto& principal = std::get<auth::Principal>(caller);
    RightsRequest rights(services_, request, std::move(principal), Action::kHoldSet);
    if (auto no = co_await rights.check_role(policy::Action::kPlaceHold, policy::Action::kAskHold))
        co_return std::move(*no);
    auto body = co_await rights.read_body();
    if (auto* response = std::get_if<http::Response>(&body)) co_return std::move(*response);
    std::vector<policy::Fault> faults;
    auto wish = read_hold(std::get<std::string>(body), services_.today(), faults);
    if (!faults.empty()) co_return bad_body(request, faults);
    co_return co_await place_or_ask(rights, std::move(wish));
}

awaitable<http::Response> Holds::get(http::Request& request) {
    auto caller = co_await identify(services_, request);
    if (auto* response = std::get_if<http::Response>(&caller)) co_return std::move(*response);
    RightsRequest rights(services_, request, std::move(std::get<auth::Principal>(caller)), Action::kHoldRead);
    co_return co_await show(rights);
}

awaitable<http::Response> Holds::review(http::Request& request) {
    auto caller = co_await identify(services_, request);
    if (auto* response = std::get_if<http::Response>(&caller)) co_return std::move(*response);
    RightsRequest rights(services_, request, std::move(std::get<auth::Principal>(caller)), Action::kHoldReview);
    if (auto no = co_await rights.check_role(policy::Action::kRenewHold)) co_return std::move(*no);
    auto body = co_await rights.read_body();
    if (auto* response = std::get_if<http::Response>(&body)) co_return std::move(*response);
    std::vector<policy::Fault> faults;
    const auto review_on = read_review(std::get<std::string>(body), faults);
    if (!faults.empty()) co_return bad_body(request, faults);
    co_return co_await review_until(rights, *review_on);
}

awaitable<http::Response> Holds::release(http::Request& request) {
    auto caller = co_await identify(services_, request);
    if (auto* response = std::get_if<http::Response>(&caller)) co_return std::move(*response);
    RightsRequest rights(services_, request, std::move(std::get<auth::Principal>(caller)), Action::kHoldRelease);
    if (auto no = co_await rights.check_role(policy::Action::kReleaseHold)) co_return std::move(*no);
    auto body = co_await rights.read_body();
    if (auto* response = std::get_if<http::Response>(&body)) co_return std::move(*response);
    std::vector<policy::Fault> faults;
    auto number = read_reason(std::get<std::string>(body), faults);
    if (!faults.empty()) co_return bad_body(request, faults);
    co_return co_await propose_release(rights, std::move(number));
}

}  // namespace gateway::recordings
