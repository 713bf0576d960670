#include "gateway/recordings/rights_request.hpp"

#include <algorithm>
#include <utility>

#include "gateway/recordings/rights_bodies.hpp"
#include "gateway/recordings/stored_recording.hpp"
#include "policy/retention.hpp"

namespace gateway::recordings {

using boost::asio::awaitable;
using policy::Code;
using policy::fail;
using policy::Result;
using storage::audit::Entry;
using storage::audit::Outcome;
using storage::audit::Word;

std::vector<policy::RecordingId> ids_of(const std::vector<Concerned>& recordings) {
    std::vector<policy::RecordingId> out;
    out.reserve(recordings.size());
    for (const auto& recording : recordings) out.push_back(recording.id);
    return out;
}

bool RightsRequest::role_allows(policy::Action wanted) const {
    return std::ranges::any_of(principal.subject.roles,
                               [&](policy::Role role) { return policy::role_allows(role, wanted); });
}

RightsRequest::Step RightsRequest::check_role(policy::Action one, std::optional<policy::Action> other) {
    if (policy::conflicting(principal.subject.roles)) {
        co_return co_await turn_away(policy::Deny{policy::DenyReason::kConflictingRoles}, std::nullopt);
    }
    if (role_allows(one) || (other && role_allows(*other))) co_return std::nullopt;
    co_return co_await turn_away(policy::Deny{policy::DenyReason::kNoRole}, std::nullopt);
}

RightsRequest::Or<std::string> RightsRequest::read_body() {
    auto text = co_await request.body().read_all(kMaxRightsBodyInBytes);
    if (text.has_error()) co_return http::problem_response(request.id(), text.error());
    co_return std::move(*text);
}

/// The catalogue tells the newest ground; the one that forbids the most is what counts here.
awaitable<Result<void>> RightsRequest::weigh_restrictions(policy::RecordingId id, policy::RecordingFacts& facts) {
    const auto rows = co_await services.catalogue.rights().restrictions(id, services.deadline());
    if (rows.has_error()) co_return rows.error();
    for (const auto& row : *rows) {
        const auto ground = policy::parse_restriction_ground(row.ground);
        if (!row.lifted_at && ground && policy::opposes_erasure(*ground)) facts.restriction = *ground;
    }
    co_return Result<void>{};
}

RightsRequest::Or<Concerned> RightsRequest::look_up(policy::RecordingId id, bool own) {
    Concerned out;
    out.id = id;
    const auto stored = co_await services.catalogue.recordings().facts(id, services.deadline());
    if (stored.has_error() && stored.error().code != Code::kNotFound) co_return fail_with(stored.error());
    if (stored.has_error()) {
        const auto stone = co_await services.catalogue.recordings().tombstone(id, services.deadline());
        if (stone.has_error() && stone.error().code == Code::kNotFound) co_return co_await not_found();
        if (stone.has_error()) co_return fail_with(stone.error());
        // Whose it was went with it: only who reaches every recording, or has shown its reference, is told that it is
        // gone.
        out.facts.state = policy::RecordingState::kPurging;
        out.facts.sent_by_subject = own;
        co_return out;
    }
    auto facts = facts_for_policy(*stored, principal);
    if (facts.has_error()) co_return fail_with(facts.error());
    out.facts = std::move(*facts);
    if (out.facts.state == policy::RecordingState::kPurging) co_return out;
    if (stored->access.restrictions > 1) {
        const auto weighed = co_await weigh_restrictions(id, out.facts);
        if (weighed.has_error()) co_return fail_with(weighed.error());
    }
    const auto fields = co_await open_fields(services, *stored);
    if (fields.has_error()) {
        const auto code = fields.error().code;
        if (code == Code::kUnavailable || code == Code::kDeadline || code == Code::kOverloaded)
            co_return fail_with(fields.error());
        alarm_damaged(services, "rights.unreadable", id, fields.error());
        co_return fail_with(fail(Code::kCorrupt, fields.error().what));
    }
    out.live = true;
    out.log_id = fields->log_id;
    out.ref_mac = stored->ref_mac;
    out.purge_date = stored->row.purge_date;
    co_return out;
}

RightsRequest::Or<std::vector<Concerned>> RightsRequest::look_up_all(std::vector<policy::RecordingId> ids) {
    std::vector<Concerned> out;
    out.reserve(ids.size());
    for (const auto& id : ids) {
        auto found = co_await look_up(id);
        if (auto* response = std::get_if<http::Response>(&found)) co_return std::move(*response);
        out.push_back(std::move(std::get<Concerned>(found)));
    }
    co_return out;
}

RightsRequest::Step RightsRequest::require(policy::Decision decision, const Concerned& recording) {
    const auto log_id = recording.live ? std::optional(recording.log_id) : std::nullopt;
    if (!policy::permitted(decision)) co_return co_await turn_away(std::move(decision), log_id);
    if (!recording.live) co_return co_await gone();
    co_return std::nullopt;
}

awaitable<http::Response> RightsRequest::turn_away(policy::Decision decision, std::optional<policy::LogId> log_id) {
    const auto* deny_of = std::get_if<policy::Deny>(&decision);
    const Word reason = deny_of != nullptr ? Word::of(deny_of->reason) : Word("step_up");
    co_return co_await deny(reason, turned_away(services, request, decision), log_id);
}

awaitable<http::Response> RightsRequest::deny(Word reason, http::Response response,
                                              std::optional<policy::LogId> log_id) {
    auto denied = entry(Outcome::kDeny);
    denied.reason(reason);
    if (log_id) denied.recording(*log_id);
    const auto recorded = co_await record(services, std::move(denied));
    if (recorded.has_error()) co_return fail_with(recorded.error());
    co_return response;
}

awaitable<http::Response> RightsRequest::not_found() {
    co_return co_await deny("not_found", http::problem_response(request.id(), fail(Code::kNotFound, "")));
}

awaitable<http::Response> RightsRequest::gone() {
    co_return co_await deny("gone", http::problem_response(request.id(), fail(Code::kGone, "")));
}

awaitable<http::Response> RightsRequest::conflict(Word reason, std::string detail) {
    auto problem = http::problem_of(Code::kConflict);
    problem.detail = std::move(detail);
    co_return co_await deny(reason, http::problem_response(request.id(), std::move(problem)));
}

storage::audit::LedgerEvent about_hold(storage::audit::LedgerKind kind, policy::HoldId hold) {
    storage::audit::LedgerEvent event;
    event.kind = kind;
    event.hold = hold;
    return event;
}

RightsRequest::Step RightsRequest::announce(storage::audit::LedgerEvent event,
                                            const std::vector<Concerned>& recordings) {
    event.at = services.clock.now();
    for (const auto& recording : recordings) event.recordings.push_back(recording.log_id);
    const auto announced = co_await services.ledger.append(std::move(event), services.deadline());
    if (announced.has_error()) co_return fail_with(announced.error());
    co_return std::nullopt;
}

awaitable<void> RightsRequest::announce_lift(storage::audit::LedgerEvent event,
                                             const std::vector<Concerned>& recordings) {
    event.at = services.clock.now();
    for (const auto& recording : recordings) event.recordings.push_back(recording.log_id);
    const auto announced = co_await services.ledger.append(std::move(event), services.deadline());
    if (announced.has_error()) services.log.error("ledger.lift_not_announced", {{"what", announced.error().what}});
}

Entry RightsRequest::entry(Outcome outcome) const {
    return {services.clock.now(), actor_of(principal), action, outcome};
}

Entry RightsRequest::entry_about(Outcome outcome, const std::vector<Concerned>& recordings) const {
    auto out = entry(outcome);
    out.number("recordings", static_cast<std::int64_t>(recordings.size()));
    if (recordings.size() == 1) out.recording(recordings.front().log_id);
    return out;
}

policy::Request RightsRequest::asked() const {
    auto out = asked_now(services);
    out.case_given = true;
    return out;
}

}  // namespace gateway::recordings
