#include "gateway/recordings/approval.hpp"

#include <set>
#include <string>

#include "gateway/recordings/erase_job.hpp"
#include "policy/hold.hpp"

namespace gateway::recordings {

using policy::Code;
using policy::ProposalKind;
using policy::Result;
using storage::audit::LedgerKind;
using storage::audit::Outcome;
using storage::audit::Word;
namespace catalogue = storage::catalogue;

RightsRequest::Step Approval::run() {
    switch (proposal_.kind) {
        case ProposalKind::kErasure:
            co_return co_await erase();
        case ProposalKind::kHold:
            co_return co_await hold();
        case ProposalKind::kHoldRelease:
            co_return co_await release();
        case ProposalKind::kPurgeContinue:
            co_return co_await continue_purge();
        case ProposalKind::kLongerClass:
        case ProposalKind::kPolicyOverride:
        case ProposalKind::kRestrictedUse:
        case ProposalKind::kBasisCorrection:
            break;
    }
    co_return co_await rights_.conflict("kind_unknown", "This kind of proposal cannot be approved here.");
}

RightsRequest::Step Approval::require_all(const std::vector<Concerned>& recordings) {
    const auto asked = rights_.asked();
    for (const auto& recording : recordings) {
        auto decision =
            policy::may_approve(rights_.principal.subject, proposal_, &recording.facts, asked, rights_.rules->access);
        if (auto no = co_await rights_.require(std::move(decision), recording)) co_return no;
    }
    co_return std::nullopt;
}

RightsRequest::Step Approval::settle(Result<catalogue::Approval> outcome) {
    if (outcome.has_error()) co_return rights_.fail_with(outcome.error());
    switch (*outcome) {
        case catalogue::Approval::kDone:
            co_return std::nullopt;
        case catalogue::Approval::kGone:
            co_return co_await rights_.gone();
        case catalogue::Approval::kSamePerson:
            co_return co_await rights_.turn_away(policy::Deny{policy::DenyReason::kSamePerson}, std::nullopt);
        case catalogue::Approval::kClosed:
            break;
    }
    co_return co_await rights_.conflict("closed", "The proposal was decided meanwhile, or has expired.");
}

storage::audit::Entry Approval::entry(const std::vector<Concerned>& recordings) const {
    auto out = rights_.entry_about(Outcome::kDone, recordings);
    out.ref("proposal", row_.id).code("kind", Word::of(proposal_.kind));
    if (payload_.case_ref) out.case_ref(*payload_.case_ref);
    if (payload_.hold) out.ref("hold", *payload_.hold);
    return out;
}

/// What has gone since the proposal needs no erasure any more; the rest is erased, and with nothing left it is 410.
/// Neither of the two may have heard one of them (rule 47).
RightsRequest::Step Approval::erase() {
    std::vector<Concerned> living;
    for (const auto& id : payload_.recordings) {
        const auto stored = co_await services_.catalogue.recordings().facts(id, services_.deadline());
        if (stored.has_error() && stored.error().code == Code::kNotFound) continue;
        if (stored.has_error()) co_return rights_.fail_with(stored.error());
        auto found = co_await rights_.look_up(id);
        if (auto* response = std::get_if<http::Response>(&found)) co_return std::move(*response);
        auto& recording = std::get<Concerned>(found);
        if (recording.live) living.push_back(std::move(recording));
    }
    if (living.empty()) co_return co_await rights_.gone();
    std::vector<std::string> deciders{rights_.principal.subject.pseudonym, row_.proposer};
    const auto played = co_await services_.catalogue.plays().played_by(ids_of(living), deciders, services_.deadline());
    if (played.has_error()) co_return rights_.fail_with(played.error());
    const std::set<policy::RecordingId> heard(played->begin(), played->end());
    std::vector<catalogue::NewJob> jobs;
    for (auto& recording : living) {
        recording.facts.played_by_subject = heard.contains(recording.id);
        jobs.push_back(erase_job(recording.id, "erasure", std::chrono::milliseconds{0}));
    }
    if (auto no = co_await require_all(living)) co_return no;
    const auto decided = co_await services_.catalogue.rights().decide(
        row_.id, rights_.principal.subject.pseudonym, true, jobs, entry_bytes(entry(living)), services_.deadline());
    if (decided.has_value() && *decided == catalogue::Approval::kDone) {
        for (const auto& recording : living) plays_.end_recording(recording.id, PlayEnd::kRevoked);
    }
    co_return co_await settle(decided);
}

RightsRequest::Step Approval::hold() {
    if (!payload_.hold || !payload_.review_on) {
        co_return rights_.fail_with(policy::fail(Code::kInternal, "a proposal of a hold lacks its hold"));
    }
    auto found = co_await rights_.look_up_all(payload_.recordings);
    if (auto* response = std::get_if<http::Response>(&found)) co_return std::move(*response);
    const auto& concerned = std::get<std::vector<Concerned>>(found);
    if (auto no = co_await require_all(concerned)) co_return no;
    if (policy::hold_review_overdue(*payload_.review_on, services_.today())) {
        co_return co_await rights_.conflict("review_overdue", "Its review date has passed: place the hold anew.");
    }
    if (auto no = co_await rights_.announce(about_hold(LedgerKind::kHoldSet, *payload_.hold), concerned)) co_return no;
    catalogue::NewHold hold{*payload_.hold,      payload_.matter_ref, rights_.principal.subject.pseudonym,
                            *payload_.review_on, payload_.owner_ref,  true};
    auto written = entry(concerned);
    written.date("review_on", *payload_.review_on);
    const auto decided = co_await services_.catalogue.rights().approve_hold(
        row_.id, rights_.principal.subject.pseudonym, hold, ids_of(concerned), entry_bytes(written),
        services_.deadline());
    co_return co_await settle(decided);
}

RightsRequest::Step Approval::release() {
    if (!payload_.hold)
        co_return rights_.fail_with(policy::fail(Code::kInternal, "a proposal of a release lacks its hold"));
    auto held = co_await services_.catalogue.rights().held_by(*payload_.hold, services_.deadline());
    if (held.has_error()) co_return rights_.fail_with(held.error());
    auto found = co_await rights_.look_up_all(std::move(*held));
    if (auto* response = std::get_if<http::Response>(&found)) co_return std::move(*response);
    const auto& concerned = std::get<std::vector<Concerned>>(found);
    if (auto no = co_await require_all(concerned)) co_return no;
    const auto decided = co_await services_.catalogue.rights().approve_release(
        row_.id, rights_.principal.subject.pseudonym, *payload_.hold, entry_bytes(entry(concerned)),
        services_.deadline());
    if (decided.has_value() && *decided == catalogue::Approval::kDone) {
        co_await rights_.announce_lift(about_hold(LedgerKind::kHoldLifted, *payload_.hold), concerned);
    }
    co_return co_await settle(decided);
}

RightsRequest::Step Approval::continue_purge() {
    auto decision =
        policy::may_approve(rights_.principal.subject, proposal_, nullptr, rights_.asked(), rights_.rules->access);
    if (!policy::permitted(decision)) co_return co_await rights_.turn_away(std::move(decision), std::nullopt);
    auto written = rights_.entry(Outcome::kDone);
    written.ref("proposal", row_.id).code("kind", Word::of(proposal_.kind));
    if (payload_.case_ref) written.case_ref(*payload_.case_ref);
    if (!payload_.run || !payload_.stop) {
        co_return rights_.fail_with(policy::fail(Code::kInternal, "a proposal to continue lacks its run"));
    }
    written.ref("run", *payload_.run);
    const auto decided = co_await services_.catalogue.rights().approve_continue(
        row_.id, rights_.principal.subject.pseudonym, *payload_.run, *payload_.stop, entry_bytes(written),
        services_.deadline());
    if (decided.has_value() && *decided == catalogue::Approval::kGone) {
        co_return co_await rights_.conflict("not_stopped",
                                            "That purge is not stopped any more, or by now for another reason.");
    }
    co_return co_await settle(decided);
}

}  // namespace gateway::recordings
