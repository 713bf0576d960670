#include "gateway/app/health.hpp"

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <chrono>
#include <string_view>
#include <utility>

#include "gateway/http/problem.hpp"

namespace gateway::app {

using boost::asio::awaitable;

namespace {

constexpr std::chrono::milliseconds kPatience{2000};
constexpr std::uint64_t kLeastFreeBytes = std::uint64_t{64} << 20U;

http::Response answer(unsigned status, std::string_view word, const Readiness::Checks& checks) {
    boost::json::object out{{"status", word}};
    if (!checks.empty()) {
        boost::json::object parts;
        for (const auto& [name, good] : checks) parts[name] = good ? "ok" : "unavailable";
        out["checks"] = std::move(parts);
    }
    auto response = http::json_response(status, boost::json::serialize(out));
    if (status != 200) response.headers.push_back({"Retry-After", "2"});
    return response;
}

}  // namespace

awaitable<http::Response> Health::live(http::Request&) {
    if (stopping_.load()) co_return answer(503, "stopping", {});
    co_return answer(200, "ok", {});
}

awaitable<Readiness::Checks> Health::look() {
    Readiness::Checks out;
    const auto database = co_await parts_.catalogue->status().ping(std::chrono::steady_clock::now() + kPatience);
    out["database"] = database.has_value();
    const auto room = co_await parts_.objects->look(std::chrono::steady_clock::now() + kPatience);
    out["store"] = room.has_value() && room->value_or(kLeastFreeBytes) >= kLeastFreeBytes;
    auto& vault = *parts_.vault;
    const auto alive = co_await parts_.vault_pool->run([&vault] { return vault.look(); });
    out["vault"] = alive.has_value();
    out["log"] =
        parts_.metrics->gauge("callvault_audit_log_broken", "1 when the audit log does not hold together.").value() ==
        0;
    co_return out;
}

awaitable<http::Response> Health::ready(http::Request&) {
    if (stopping_.load()) co_return answer(503, "stopping", {});
    const auto checks = co_await readiness_.ask(std::chrono::steady_clock::now());
    if (!checks) co_return answer(503, "unavailable", {});
    const bool good = std::ranges::all_of(*checks, [](const auto& check) { return check.second; });
    co_return answer(good ? 200 : 503, good ? "ok" : "unavailable", *checks);
}

awaitable<http::Response> Health::metrics(http::Request& request) {
    if (request.peer().secure)
        co_return http::problem_response(request.id(), policy::fail(policy::Code::kNotFound, ""));
    co_return http::text_response(200, "text/plain; version=0.0.4; charset=utf-8", parts_.metrics->text());
}

}  // namespace gateway::app
