#include "gateway/recordings/admission.hpp"

#include <utility>

#include "gateway/recordings/caller.hpp"

namespace gateway::recordings {

using boost::asio::awaitable;
using storage::audit::Entry;
using storage::audit::Outcome;
using storage::audit::Word;

awaitable<std::variant<Admitted, http::Response>> admit_caller(Services& services, http::Request& request,
                                                               policy::Action action, storage::audit::Action log_as) {
    auto caller = co_await identify(services, request);
    if (auto* response = std::get_if<http::Response>(&caller)) co_return std::move(*response);
    Admitted out{std::move(std::get<auth::Principal>(caller)), asked_now(services), {}};
    const auto decision = policy::may(out.principal.subject, action, out.asked, services.rules.current()->access);
    if (const auto* permit = std::get_if<policy::Permit>(&decision)) {
        out.permit = *permit;
        co_return out;
    }
    Entry denied(services.clock.now(), actor_of(out.principal), log_as, Outcome::kDeny);
    co_return co_await turn_away(services, request, decision, std::move(denied));
}

awaitable<http::Response> turn_away(Services& services, const http::Request& request, policy::Decision decision,
                                    Entry denied) {
    if (const auto* deny = std::get_if<policy::Deny>(&decision)) {
        denied.reason(Word::of(deny->reason));
    } else {
        denied.reason("step_up");
    }
    const auto recorded = co_await record(services, std::move(denied));
    if (recorded.has_error()) co_return failed(services, request, recorded.error());
    co_return turned_away(services, request, decision);
}

Entry permitted_entry(const Services& services, const auth::Principal& principal, storage::audit::Action action) {
    return {services.clock.now(), actor_of(principal), action, Outcome::kPermit};
}

}  // namespace gateway::recordings
