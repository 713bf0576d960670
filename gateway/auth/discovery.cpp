#include "gateway/auth/discovery.hpp"

#include <boost/json/value.hpp>
#include <utility>
#include <variant>

#include "gateway/json/strict_json.hpp"

namespace gateway::auth {

using boost::asio::awaitable;
using policy::Code;
using policy::fail;
using policy::Result;
using storage::async::Deadline;
using storage::net::Url;
namespace net = storage::net;

namespace {

constexpr std::string_view kDocument = "/.well-known/openid-configuration";

/// The text of a member of a JSON object; nothing when it has none such.
std::optional<std::string> member(const boost::json::object& document, std::string_view name) {
    const auto* value = document.if_contains(name);
    if (value == nullptr || !value->is_string()) return std::nullopt;
    return std::string(value->get_string());
}

policy::Error wrong(std::string_view issuer, const std::string& what) {
    return fail(Code::kInvalid, "the discovery document of " + std::string(issuer) + " " + what);
}

}  // namespace

Result<DiscoveryDocument> read_discovery(std::string_view text, std::string_view issuer) {
    const auto parsed = gateway::json::parse_strict_json(text);
    const auto* value = std::get_if<boost::json::value>(&parsed);
    if (value == nullptr || !value->is_object()) return wrong(issuer, "is no JSON object");
    const auto& document = value->get_object();
    if (member(document, "issuer") != issuer) return wrong(issuer, "speaks for another issuer");
    auto keys = net::parse_https(member(document, "jwks_uri").value_or(""));
    if (keys.has_error()) return wrong(issuer, "has a jwks_uri that is none: " + keys.error().what);
    DiscoveryDocument out;
    out.keys = std::move(*keys);
    out.authorization = member(document, "authorization_endpoint");
    out.end_session = member(document, "end_session_endpoint");
    // Whoever only verifies tokens needs none of these: a bad one is as if it were not there.
    for (auto* address : {&out.authorization, &out.end_session}) {
        if (*address && net::parse_https(**address).has_error()) address->reset();
    }
    auto token = net::parse_https(member(document, "token_endpoint").value_or(""));
    if (token.has_value()) out.token = std::move(*token);
    const auto* names = document.if_contains("authorization_response_iss_parameter_supported");
    out.names_itself = names != nullptr && names->is_bool() && names->get_bool();
    return out;
}

awaitable<Result<std::string>> fetch_text(const net::HttpsClient& client, Url url, std::string_view issuer,
                                          Deadline deadline) {
    net::Request request;
    request.url = std::move(url);
    request.fields = {{"Accept", "application/json"}};
    auto reply = co_await client.send(std::move(request), deadline);
    if (reply.has_error()) co_return reply.error();
    if (reply->status != 200) {
        co_return fail(Code::kUnavailable,
                       std::string(issuer) + " answered with status " + std::to_string(reply->status));
    }
    co_return std::move(reply->body);
}

awaitable<Result<DiscoveryDocument>> discover(const net::HttpsClient& client, std::string_view issuer,
                                              Deadline deadline) {
    std::string base(issuer);
    while (base.ends_with('/')) base.pop_back();
    auto address = net::parse_https(base + std::string(kDocument));
    if (address.has_error()) co_return address.error();
    const auto text = co_await fetch_text(client, std::move(*address), issuer, deadline);
    if (text.has_error()) co_return text.error();
    co_return read_discovery(*text, issuer);
}

}  // namespace gateway::auth
