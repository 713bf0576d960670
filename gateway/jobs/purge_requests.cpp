#include "gateway/jobs/purge_requests.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <string>
#include <utility>

#include "gateway/jobs/purge_json.hpp"
#include "gateway/recordings/caller.hpp"
#include "gateway/recordings/query_values.hpp"
#include "storage/crypto/random.hpp"

namespace gateway::jobs {

using boost::asio::awaitable;
using policy::Code;
using policy::fail;
using policy::Result;
using recordings::Admitted;
using storage::audit::Action;
namespace catalogue = storage::catalogue;
namespace json = boost::json;

namespace {

constexpr std::int64_t kMostListed = 400;
constexpr std::int64_t kUsuallyListed = 31;

}  // namespace

awaitable<http::Response> PurgeRequests::list(http::Request& request) {
    auto caller =
        co_await recordings::admit_caller(services_, request, policy::Action::kSeePurgeReport, Action::kPurgeRead);
    if (auto* response = std::get_if<http::Response>(&caller)) co_return std::move(*response);
    const auto limit = recordings::whole_query(request, "limit", 1, kMostListed, kUsuallyListed);
    if (!limit) co_return recordings::malformed(request, "Send a `limit` from 1 to 400.");
    const auto runs =
        co_await services_.catalogue.purge().runs(static_cast<std::int32_t>(*limit), services_.deadline());
    if (runs.has_error()) co_return recordings::failed(services_, request, runs.error());
    json::array lines;
    for (const auto& run : *runs) lines.emplace_back(run_json(run, services_.today()));
    const auto recorded = co_await recordings::record(
        services_, recordings::permitted_entry(services_, std::get<Admitted>(caller).principal, Action::kPurgeRead));
    if (recorded.has_error()) co_return recordings::failed(services_, request, recorded.error());
    co_return http::json_response(200, json::serialize(json::object{{"runs", std::move(lines)}}));
}

awaitable<http::Response> PurgeRequests::get(http::Request& request) {
    auto caller =
        co_await recordings::admit_caller(services_, request, policy::Action::kSeePurgeReport, Action::kPurgeRead);
    if (auto* response = std::get_if<http::Response>(&caller)) co_return std::move(*response);
    const auto id = catalogue::PurgeRunId::parse(request.param("id"));
    if (!id) co_return http::problem_response(request.id(), fail(Code::kNotFound, ""));
    const auto found = co_await services_.catalogue.purge().run_of(*id, services_.deadline());
    const bool none = found.has_error() && found.error().code == Code::kNotFound;
    if (found.has_error() && !none) co_return recordings::failed(services_, request, found.error());
    auto entry = recordings::permitted_entry(services_, std::get<Admitted>(caller).principal, Action::kPurgeRead);
    if (none) {
        entry.reason("not_found");
    } else {
        entry.ref("run", *id);
    }
    const auto recorded = co_await recordings::record(services_, std::move(entry));
    if (recorded.has_error()) co_return recordings::failed(services_, request, recorded.error());
    if (none) co_return http::problem_response(request.id(), found.error());
    co_return http::json_response(200, json::serialize(run_json(*found, services_.today())));
}

awaitable<http::Response> PurgeRequests::run(http::Request& request) {
    const auto dry = recordings::flag_query(request, "dry_run");
    const auto log_as = dry.value_or(false) ? Action::kPurgeRead : Action::kPurgeStart;
    auto caller = co_await recordings::admit_caller(services_, request, policy::Action::kRunPurge, log_as);
    if (auto* response = std::get_if<http::Response>(&caller)) co_return std::move(*response);
    if (!dry) co_return recordings::malformed(request, "Send `dry_run` as true or false, or leave it out.");
    if (*dry) co_return co_await preview(request, std::move(std::get<Admitted>(caller)));
    co_return co_await start(request, std::move(std::get<Admitted>(caller)));
}

awaitable<http::Response> PurgeRequests::preview(http::Request& request, Admitted admitted) {
    const auto today = admitted.asked.today;
    const auto due = co_await services_.catalogue.purge().due(today, services_.deadline());
    if (due.has_error()) co_return recordings::failed(services_, request, due.error());
    const auto ages = co_await services_.catalogue.purge().due_by_age(today, services_.deadline());
    if (ages.has_error()) co_return recordings::failed(services_, request, ages.error());
    const auto verdict = co_await purge_.ask_brake(catalogue::would_purge(*due));
    if (verdict.has_error()) co_return recordings::failed(services_, request, verdict.error());
    auto entry = recordings::permitted_entry(services_, admitted.principal, Action::kPurgeRead);
    entry.code("what", "preview").number("due", catalogue::would_purge(*due));
    const auto recorded = co_await recordings::record(services_, std::move(entry));
    if (recorded.has_error()) co_return recordings::failed(services_, request, recorded.error());
    co_return http::json_response(200, json::serialize(preview_json(today, *due, *ages, *verdict)));
}

/// Two people continue a stopped purge; a run that one person asks for does not pass it.
awaitable<http::Response> PurgeRequests::braked(http::Request& request, Admitted admitted, catalogue::PurgeRunId run) {
    storage::audit::Entry denied(services_.clock.now(), recordings::actor_of(admitted.principal), Action::kPurgeStart,
                                 storage::audit::Outcome::kDeny);
    denied.reason("brake").ref("run", run);
    const auto recorded = co_await recordings::record(services_, std::move(denied));
    if (recorded.has_error()) co_return recordings::failed(services_, request, recorded.error());
    auto problem = http::problem_of(Code::kConflict);
    problem.detail =
        "The brake holds the purge: look at the newest run, then two people continue it by "
        "POST /v1/purge-runs/continue.";
    co_return http::problem_response(request.id(), std::move(problem));
}

awaitable<http::Response> PurgeRequests::start(http::Request& request, Admitted admitted) {
    const auto today = admitted.asked.today;
    const auto due = co_await services_.catalogue.purge().due(today, services_.deadline());
    if (due.has_error()) co_return recordings::failed(services_, request, due.error());
    const auto id = request.made_id() ? catalogue::PurgeRunId(request.made_id()->bytes())
                                      : storage::crypto::random_id<catalogue::PurgeRunId>();
    auto entry = recordings::permitted_entry(services_, admitted.principal, Action::kPurgeStart);
    entry.ref("run", id);
    const auto run = co_await services_.catalogue.purge().ask_run(id, today, catalogue::would_purge(*due),
                                                                  catalogue::would_keep(*due),
                                                                  recordings::entry_bytes(entry), services_.deadline());
    if (run.has_error()) co_return recordings::failed(services_, request, run.error());
    if (run->state == "stopped") co_return co_await braked(request, std::move(admitted), run->id);
    if (run->id !=
        id) {  // one that is under way: the statement wrote nothing, and who asked is to be known all the same
        auto joined = recordings::permitted_entry(services_, admitted.principal, Action::kPurgeStart);
        joined.reason("under_way").ref("run", run->id);
        const auto recorded = co_await recordings::record(services_, std::move(joined));
        if (recorded.has_error()) co_return recordings::failed(services_, request, recorded.error());
    }
    auto response = http::json_response(202, json::serialize(run_json(*run, today)));
    response.headers.push_back({"Location", "/v1/purge-runs/" + run->id.text()});
    co_return response;
}

}  // namespace gateway::jobs
