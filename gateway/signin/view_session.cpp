#include "gateway/signin/view_session.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <string>
#include <variant>

#include "gateway/recordings/caller.hpp"

namespace gateway::signin {

boost::asio::awaitable<http::Response> ViewSession::handle(http::Request& request) {
    auto caller = co_await recordings::identify(services_, request);
    if (auto* response = std::get_if<http::Response>(&caller)) co_return std::move(*response);
    const auto& principal = std::get<auth::Principal>(caller);
    boost::json::array roles;
    for (const auto role : principal.subject.roles) roles.emplace_back(policy::text(role));
    boost::json::array teams;
    for (const auto& team : principal.subject.teams) teams.emplace_back(team);
    boost::json::object out{{"kind", auth::name_of(principal.kind)},
                            {"roles", std::move(roles)},
                            {"teams", std::move(teams)},
                            {"second_factor", principal.subject.mfa.reached}};
    if (principal.subject.mfa.auth_time) out["auth_time"] = policy::text(*principal.subject.mfa.auth_time);
    if (principal.session.expires) out["expires_at"] = policy::text(*principal.session.expires);
    if (!principal.issuer.empty()) {
        const auto known = services_.authenticator.registrations();
        for (const auto& issuer : known->issuers) {
            if (issuer.client && issuer.rules.issuer == principal.issuer) out["issuer"] = issuer.client->name();
        }
    }
    co_return http::json_response(200, boost::json::serialize(out));
}

}  // namespace gateway::signin
