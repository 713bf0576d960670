#include "gateway/auth/discovery.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <catch2/catch.hpp>

namespace {

using boost::json::object;
using gateway::auth::read_discovery;

constexpr std::string_view kIssuer = "https://id.example/realm";

object document() {
    return {{"issuer", kIssuer},
            {"jwks_uri", "https://id.example/keys"},
            {"authorization_endpoint", "https://id.example/auth?x=1"},
            {"token_endpoint", "https://id.example:8443/token"},
            {"end_session_endpoint", "https://id.example/out"},
            {"authorization_response_iss_parameter_supported", true}};
}

auto reading(const object& said) {
    return read_discovery(boost::json::serialize(said), kIssuer);
}

}  // namespace

TEST_CASE("A discovery document says where its issuer is asked") {
    const auto all = reading(document());
    REQUIRE(all.has_value());
    CHECK(all->keys.target == "/keys");
    CHECK(all->authorization == "https://id.example/auth?x=1");
    REQUIRE(all->token);
    CHECK(all->token->port == 8443);
    CHECK(all->end_session == "https://id.example/out");
    CHECK(all->names_itself);

    const auto least = reading({{"issuer", kIssuer}, {"jwks_uri", "https://id.example/keys"}});
    REQUIRE(least.has_value());
    CHECK_FALSE(least->authorization);
    CHECK_FALSE(least->token);
    CHECK_FALSE(least->end_session);
    CHECK_FALSE(least->names_itself);
}

TEST_CASE("A discovery document of another issuer, without keys or with addresses that are none is refused") {
    for (const auto* name : {"issuer", "jwks_uri"}) {
        auto said = document();
        said.erase(name);
        CHECK(reading(said).error().code == policy::Code::kInvalid);
        said[name] = "https://id.example/";
        if (std::string_view(name) == "issuer") CHECK(reading(said).has_error());
    }
    for (const auto* wrong : {"http://id.example/x", "javascript:alert(1)", "/x", ""}) {
        auto said = document();
        said["jwks_uri"] = wrong;
        CHECK(reading(said).has_error());
        said = document();
        for (const auto* name : {"authorization_endpoint", "token_endpoint", "end_session_endpoint"})
            said[name] = wrong;
        const auto rest = reading(said);
        REQUIRE(rest.has_value());
        CHECK_FALSE(rest->authorization);
        CHECK_FALSE(rest->token);
        CHECK_FALSE(rest->end_session);
    }
    for (const auto* text : {"", "[]", "{", "{\"issuer\":1}"}) CHECK(read_discovery(text, kIssuer).has_error());
}
