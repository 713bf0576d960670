#include "gateway/recordings/read_residency.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "gateway/recordings/admission.hpp"
#include "gateway/recordings/caller.hpp"

namespace gateway::recordings {

using boost::asio::awaitable;
using policy::Code;
using policy::fail;
using policy::Result;
using storage::audit::Action;

namespace {

/// "2026-11"
std::optional<std::chrono::year_month> month_of(std::string_view text) {
    const auto first = policy::parse_date(std::string(text) + "-01");
    return first ? std::optional(first->year() / first->month()) : std::nullopt;
}

policy::Instant begin_of(std::chrono::year_month month) {
    return policy::Instant{std::chrono::sys_days{month / std::chrono::day{1}}};
}

}  // namespace

awaitable<Result<std::string>> ReadResidency::statement(std::chrono::year_month month) {
    const auto from = begin_of(month);
    const auto to = begin_of(month + std::chrono::months{1});
    auto& catalogue = services_.catalogue.residency();
    auto places = co_await catalogue.places(from, to, services_.deadline());
    if (places.has_error()) co_return places.error();
    auto checks = co_await catalogue.checks(from, to, services_.deadline());
    if (checks.has_error()) co_return checks.error();
    const ResidencyMonth facts{month, services_.clock.now(), std::move(*places), std::move(*checks)};
    auto text = residency_statement(declared_, facts);
    const auto& signer = signer_;
    co_return co_await services_.vault_pool.run([&signer, &text] { return signer.sign(std::move(text)); });
}

awaitable<http::Response> ReadResidency::handle(http::Request& request) {
    auto caller = co_await admit_caller(services_, request, policy::Action::kSeeCertificate, Action::kResidencyRead);
    if (auto* response = std::get_if<http::Response>(&caller)) co_return std::move(*response);
    const auto month = month_of(request.param("month"));
    if (!month || begin_of(*month) > services_.clock.now())
        co_return http::problem_response(request.id(), fail(Code::kNotFound, ""));
    auto text = co_await statement(*month);
    if (text.has_error()) co_return failed(services_, request, text.error());
    auto entry = permitted_entry(services_, std::get<Admitted>(caller).principal, Action::kResidencyRead);
    const auto recorded = co_await record(services_, std::move(entry));
    if (recorded.has_error()) co_return failed(services_, request, recorded.error());
    co_return http::text_response(200, "text/plain; charset=utf-8", std::move(*text));
}

}  // namespace gateway::recordings
