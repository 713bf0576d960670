#include "gateway/app/routes.hpp"

#include <string>
#include <utility>

#include "gateway/recordings/idempotent.hpp"

namespace gateway::app {

using boost::asio::awaitable;
using http::Method;
using recordings::idempotent;

namespace {

constexpr std::uint64_t kJsonBody = std::uint64_t{64} * 1024;

/// A handler that calls a member of a use case.
template <class Case>
http::Handler to(Case& use_case, awaitable<http::Response> (Case::*handle)(http::Request&)) {
    return [&use_case, handle](http::Request& request) { return (use_case.*handle)(request); };
}

http::RouteOptions named(std::string name, std::uint64_t max_body_bytes = kJsonBody) {
    http::RouteOptions out;
    out.name = std::move(name);
    out.max_body_bytes = max_body_bytes;
    return out;
}

http::RouteOptions quiet(std::string name) {
    auto out = named(std::move(name), 0);
    out.access_line = false;
    return out;
}

void add_probes(http::Router& router, Health& health) {
    router.add(Method::kGet, "/healthz", to(health, &Health::live), quiet("healthz"));
    router.add(Method::kGet, "/readyz", to(health, &Health::ready), quiet("readyz"));
    router.add(Method::kGet, "/metrics", to(health, &Health::metrics), quiet("metrics"));
}

void add_push(http::Router& router, UseCases& cases, std::uint64_t max_recording_bytes) {
    using recordings::PushRecording;
    router.add(Method::kPut, "/v1/recordings", to(cases.push, &PushRecording::handle),
               named("recordings.push", max_recording_bytes));
    // The metadata part and the boundaries come on top of the audio.
    router.add(Method::kPost, "/v1/recordings", to(cases.push, &PushRecording::handle),
               named("recordings.push_form", max_recording_bytes + 2 * kJsonBody));
}

void add_listening(http::Router& router, UseCases& cases) {
    using recordings::Listen;
    router.add(Method::kGet, "/v1/recordings/{id}", to(cases.view, &recordings::ViewRecording::handle),
               named("recordings.view", 0));
    router.add(Method::kPost, "/v1/searches", to(cases.search, &recordings::SearchRecordings::handle),
               named("searches"));
    router.add(Method::kPost, "/v1/recordings/{id}/plays",
               idempotent(cases.services, to(cases.open_play, &recordings::OpenPlay::handle)), named("plays.open"));
    router.add(Method::kGet, "/v1/plays/{id}", to(cases.listen, &Listen::state), named("plays.state", 0));
    router.add(Method::kPost, "/v1/plays/{id}/position", to(cases.listen, &Listen::position),
               named("plays.position", 256));
    router.add(Method::kDelete, "/v1/plays/{id}", to(cases.listen, &Listen::close), named("plays.close", 0));
    router.add(Method::kGet, "/v1/plays/{id}/audio.wav", to(cases.listen, &Listen::audio), named("plays.audio", 0));
    router.add(Method::kGet, "/v1/plays/{id}/audio.m4a", to(cases.listen, &Listen::audio), named("plays.audio", 0));
    router.add(Method::kGet, "/v1/plays/{id}/peaks.dat", to(cases.listen, &Listen::peaks), named("plays.peaks", 0));
    router.add(Method::kGet, "/v1/plays/{id}/silence.json", to(cases.listen, &Listen::silence),
               named("plays.silence", 0));
}

void add_sessions(http::Router& router, UseCases& cases) {
    using signin::SignIn;
    using signin::SignOut;
    router.add(Method::kGet, "/auth/sign-in", to(cases.sign_in, &SignIn::begin), named("sign_in.begin", 0));
    router.add(Method::kGet, "/auth/callback/{issuer}", to(cases.sign_in, &SignIn::callback),
               named("sign_in.callback", 0));
    router.add(Method::kPost, "/auth/sign-out", to(cases.sign_out, &SignOut::sign_out), named("sign_out"));
    router.add(Method::kPost, "/auth/backchannel-logout/{issuer}", to(cases.sign_out, &SignOut::back_channel),
               named("sign_out.back_channel"));
    router.add(Method::kGet, "/v1/session", to(cases.view_session, &signin::ViewSession::handle),
               named("session.view", 0));
    router.add(Method::kDelete, "/v1/session", to(cases.sign_out, &SignOut::end), named("session.end", 0));
}

/// The page reads its own address; a path of its own that is added in gateway/web/app/state/route.ts is added here.
void add_web(http::Router& router, UseCases& cases) {
    using web::Pages;
    router.add(Method::kGet, "/", to(cases.web, &Pages::page), named("web.page", 0));
    router.add(Method::kGet, "/recordings/{id}", to(cases.web, &Pages::page), named("web.page", 0));
    router.add(Method::kGet, "/assets/{file}", to(cases.web, &Pages::asset), named("web.asset", 0));
}

void add_rights(http::Router& router, UseCases& cases) {
    using recordings::Holds;
    using recordings::Proposals;
    using recordings::Restrictions;
    const auto once = [&cases](http::Handler handler) { return idempotent(cases.services, std::move(handler)); };
    router.add(Method::kPost, "/v1/withdrawals", once(to(cases.withdraw, &recordings::WithdrawConsent::handle)),
               named("withdrawals"));
    router.add(Method::kPost, "/v1/recordings/{id}/restrictions", once(to(cases.restrictions, &Restrictions::set)),
               named("restrictions.set"));
    router.add(Method::kDelete, "/v1/recordings/{id}/restrictions/{restriction}",
               to(cases.restrictions, &Restrictions::lift), named("restrictions.lift", 0));
    router.add(Method::kPost, "/v1/holds", once(to(cases.holds, &Holds::place)), named("holds.place"));
    router.add(Method::kGet, "/v1/holds/{id}", to(cases.holds, &Holds::get), named("holds.get", 0));
    router.add(Method::kPost, "/v1/holds/{id}/review", once(to(cases.holds, &Holds::review)), named("holds.review"));
    router.add(Method::kPost, "/v1/holds/{id}/release", once(to(cases.holds, &Holds::release)), named("holds.release"));
    router.add(Method::kPost, "/v1/erasures", once(to(cases.erasure, &recordings::ProposeErasure::handle)),
               named("erasures"));
    router.add(Method::kGet, "/v1/proposals", to(cases.proposals, &Proposals::list), named("proposals.list", 0));
    router.add(Method::kGet, "/v1/proposals/{id}", to(cases.proposals, &Proposals::get), named("proposals.get", 0));
    router.add(Method::kDelete, "/v1/proposals/{id}", to(cases.proposals, &Proposals::refuse),
               named("proposals.refuse", 0));
    router.add(Method::kPost, "/v1/proposals/{id}/approval", once(to(cases.proposals, &Proposals::approve)),
               named("proposals.approve"));
    router.add(Method::kGet, "/v1/recordings/{id}/certificate",
               to(cases.certificate, &recordings::ReadCertificate::handle), named("certificates.read", 0));
}

void add_operations(http::Router& router, UseCases& cases) {
    router.add(Method::kGet, "/v1/residency/{month}", to(cases.residency, &recordings::ReadResidency::handle),
               named("residency.read", 0));
    using jobs::Operate;
    using jobs::PurgeRequests;
    using recordings::ReadLog;
    using recordings::ServeLog;
    const auto once = [&cases](http::Handler handler) { return idempotent(cases.services, std::move(handler)); };
    router.add(Method::kGet, "/v1/purge-runs", to(cases.purge_requests, &PurgeRequests::list),
               named("purge_runs.list", 0));
    router.add(Method::kPost, "/v1/purge-runs", once(to(cases.purge_requests, &PurgeRequests::run)),
               named("purge_runs.run"));
    router.add(Method::kGet, "/v1/purge-runs/{id}", to(cases.purge_requests, &PurgeRequests::get),
               named("purge_runs.get", 0));
    router.add(Method::kPost, "/v1/purge-runs/continue", once(to(cases.continue_purge, &jobs::ProposeContinue::handle)),
               named("purge_runs.continue"));
    using recordings::ListeningLedger;
    router.add(Method::kGet, "/v1/recordings/{id}/listening", to(cases.listening, &ListeningLedger::of_recording),
               named("listening.recording", 0));
    router.add(Method::kGet, "/v1/listening", to(cases.listening, &ListeningLedger::of_person),
               named("listening.person", 0));
    router.add(Method::kGet, "/log/checkpoint", to(cases.served_log, &ServeLog::checkpoint),
               named("log.checkpoint", 0));
    router.add(Method::kGet, "/log/tile/{path...}", to(cases.served_log, &ServeLog::tile), named("log.tile", 0));
    router.add(Method::kGet, "/v1/audit/entries", to(cases.log, &ReadLog::entries), named("audit.entries", 0));
    router.add(Method::kGet, "/v1/jobs", to(cases.operate, &Operate::jobs), named("jobs.list", 0));
    router.add(Method::kPost, "/v1/jobs/{id}/revive", once(to(cases.operate, &Operate::revive)), named("jobs.revive"));
    router.add(Method::kGet, "/v1/keys", to(cases.operate, &Operate::keys), named("keys.list", 0));
}

}  // namespace

http::Router api_routes(UseCases& use_cases, Health& health, std::uint64_t max_recording_bytes) {
    http::Router router;
    add_probes(router, health);
    add_push(router, use_cases, max_recording_bytes);
    add_listening(router, use_cases);
    add_sessions(router, use_cases);
    add_web(router, use_cases);
    add_rights(router, use_cases);
    add_operations(router, use_cases);
    return router;
}

http::Router metrics_routes(Health& health) {
    http::Router router;
    add_probes(router, health);
    return router;
}

}  // namespace gateway::app
