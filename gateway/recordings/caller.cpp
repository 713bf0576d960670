#include "gateway/recordings/caller.hpp"

#include <algorithm>
#include <utility>

#include "gateway/auth/challenge.hpp"
#include "gateway/auth/refusal.hpp"
#include "policy/passing.hpp"

namespace gateway::recordings {

using boost::asio::awaitable;
using policy::Code;

namespace {

storage::audit::ActorKind kind_of(const auth::Principal& principal) {
    if (principal.kind == auth::PrincipalKind::kLocal) return storage::audit::ActorKind::kOperator;
    return principal.sender ? storage::audit::ActorKind::kMachine : storage::audit::ActorKind::kPerson;
}

}  // namespace

awaitable<std::variant<auth::Principal, http::Response>> identify(Services& services, http::Request& request) {
    auto principal = co_await services.authenticator.authenticate(request);
    if (principal.has_error()) {
        services.refusals.add();
        co_return auth::unauthenticated_response(request.id(), principal.error());
    }
    request.set_actor(principal->subject.pseudonym);
    if (principal->session.revocable) {
        const auto revoked = co_await services.catalogue.sessions().revoked(
            principal->session.id, principal->subject.pseudonym, principal->session.started, services.deadline());
        if (revoked.has_error()) co_return failed(services, request, revoked.error());
        if (*revoked) {  // a known subject: it stands in the log for itself (rule 45)
            storage::audit::Entry denied(services.clock.now(), actor_of(*principal),
                                         storage::audit::Action::kSessionOpen, storage::audit::Outcome::kDeny);
            denied.reason("session_revoked");
            const auto recorded = co_await record(services, std::move(denied));
            if (recorded.has_error()) co_return failed(services, request, recorded.error());
            co_return auth::unauthenticated_response(request.id(), auth::refuse(auth::refusals::kSessionRevoked));
        }
    }
    co_return std::move(*principal);
}

storage::audit::Actor actor_of(const auth::Principal& principal) {
    storage::audit::Actor actor;
    actor.kind = kind_of(principal);
    if (const auto pseudonym = storage::audit::Pseudonym::parse(principal.subject.pseudonym))
        actor.pseudonym = *pseudonym;
    for (const auto role : principal.subject.roles) {
        actor.roles.push_back(storage::audit::Word::of(role));
    }
    return actor;
}

storage::catalogue::EntryBytes entry_bytes(const storage::audit::Entry& entry) {
    return storage::audit::salted(entry);
}

awaitable<policy::Result<void>> record(Services& services, storage::audit::Entry entry) {
    std::vector<storage::catalogue::EntryBytes> entries;
    entries.push_back(entry_bytes(entry));
    co_return co_await services.catalogue.audit_log().append(entries, services.deadline());
}

policy::Request asked_now(const Services& services) {
    policy::Request asked;
    asked.now = services.clock.now();
    asked.today = services.today();
    return asked;
}

http::Response refused(const http::Request& request, std::string code, std::string title,
                       const std::vector<policy::Fault>& faults) {
    http::Problem problem;
    problem.status = 422;
    problem.code = std::move(code);
    problem.title = std::move(title);
    for (const auto& fault : faults) {
        problem.faults.push_back({std::string(policy::text(fault.code)), fault.pointer, fault.sentence});
    }
    return http::problem_response(request.id(), std::move(problem));
}

http::Response turned_away(const Services& services, const http::Request& request, const policy::Decision& decision) {
    if (const auto* step_up = std::get_if<policy::StepUp>(&decision)) {
        return auth::step_up_response(request.id(), {services.rules.current()->acr_values, step_up->max_age});
    }
    const auto& deny = std::get<policy::Deny>(decision);
    if (deny.conceal) return http::problem_response(request.id(), policy::fail(Code::kNotFound, ""));
    auto problem = http::problem_of(Code::kDenied);
    switch (deny.reason) {
        case policy::DenyReason::kRestricted:
        case policy::DenyReason::kSecondApprover:
            problem.code = "restricted";
            problem.title = "The recording is restricted";
            break;
        case policy::DenyReason::kPurging:
        case policy::DenyReason::kPastPurgeDate:
            problem = http::problem_of(Code::kGone);
            break;
        case policy::DenyReason::kHeld:
        case policy::DenyReason::kStatutory:
        case policy::DenyReason::kOpposesErasure:
        case policy::DenyReason::kNotOnConsent:
        case policy::DenyReason::kWithdrawn:
        case policy::DenyReason::kProposalExpired:
            problem = http::problem_of(Code::kConflict);
            break;
        default:
            break;
    }
    problem.detail = policy::sentence(deny.reason);
    return http::problem_response(request.id(), std::move(problem));
}

http::Response failed(Services& services, const http::Request& request, const policy::Error& error) {
    const auto level = policy::may_pass(error.code) ? observe::Level::kWarning : observe::Level::kError;
    services.log.write(
        level, "request.failed",
        {{"request_id", request.id().text()}, {"code", policy::name_of(error.code)}, {"what", error.what}});
    return http::problem_response(request.id(), error);
}

}  // namespace gateway::recordings
