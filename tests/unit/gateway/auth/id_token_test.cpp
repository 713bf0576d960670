#include "gateway/auth/id_token.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <catch2/catch.hpp>

#include "gateway/auth/logout_token.hpp"
#include "gateway/auth/refusal.hpp"

namespace {

using namespace gateway::auth;
using boost::json::array;
using boost::json::object;

std::string refusal(const policy::Result<void>& result) {
    return result.has_error() ? result.error().what : "";
}

std::string checked(object claims) {
    return refusal(check_id_token({std::move(claims), {}, {}}, "callvault", "n1"));
}

policy::Result<LoggedOut> logged_out(object claims) {
    return read_logout_token({std::move(claims), {}, {}});
}

object logout() {
    return {{"iat", 1'800'000'000},
            {"sid", "s1"},
            {"sub", "u1"},
            {"events", {{"http://schemas.openid.net/event/backchannel-logout", object()}}}};
}

}  // namespace

TEST_CASE("An ID token belongs to one sign-in and to us") {
    CHECK(checked({{"nonce", "n1"}, {"aud", "callvault"}}).empty());
    CHECK(checked({{"nonce", "n1"}, {"aud", array{"callvault"}}}).empty());
    CHECK(checked({{"nonce", "n1"}, {"aud", array{"callvault", "x"}}, {"azp", "callvault"}}).empty());
    CHECK(checked({{"nonce", "n1"}, {"aud", array{"callvault", "x"}}}) == refusals::kTokenParty.code);
    CHECK(checked({{"nonce", "n1"}, {"aud", "callvault"}, {"azp", "x"}}) == refusals::kTokenParty.code);
    CHECK(checked({{"nonce", "n1"}, {"aud", "callvault"}, {"azp", 1}}) == refusals::kTokenParty.code);
    CHECK(checked({{"nonce", "n2"}, {"aud", "callvault"}}) == refusals::kTokenNonce.code);
    CHECK(checked({{"nonce", ""}, {"aud", "callvault"}}) == refusals::kTokenNonce.code);
    CHECK(checked({{"nonce", 1}, {"aud", "callvault"}}) == refusals::kTokenNonce.code);
    CHECK(checked({{"aud", "callvault"}}) == refusals::kTokenNonce.code);
}

TEST_CASE("ID, logout and access tokens are told apart by audience and typ") {
    const TokenRules access{.issuer = "https://id.example", .audience = "api"};
    const auto id = id_token_rules(access, "callvault");
    CHECK(id.audience == "callvault");
    CHECK(id.issuer == access.issuer);
    CHECK(id.types == std::vector<std::string>{"", "jwt"});
    CHECK(logout_token_rules(access, "callvault").types == std::vector<std::string>{"", "jwt", "logout+jwt"});
}

TEST_CASE("A logout token ends a login, or all of a person's") {
    const auto both = logged_out(logout());
    REQUIRE(both.has_value());
    CHECK(both->session == "s1");
    CHECK(both->subject == "u1");
    CHECK(both->issued_at == policy::Instant(std::chrono::seconds(1'800'000'000)));
    for (const auto* name : {"sid", "sub"}) {
        auto one = logout();
        one.erase(name);
        CHECK(logged_out(one).has_value());
    }
}

TEST_CASE("Logout tokens that are none") {
    auto wrong = logout();
    wrong.erase("events");
    CHECK(logged_out(wrong).error().what == refusals::kTokenEvent.code);
    wrong["events"] = object{{"something-else", object()}};
    CHECK(logged_out(wrong).error().what == refusals::kTokenEvent.code);
    wrong = logout();
    wrong["nonce"] = "n1";  // an ID token
    CHECK(logged_out(wrong).error().what == refusals::kTokenEvent.code);
    wrong = logout();
    wrong.erase("iat");
    CHECK(logged_out(wrong).error().what == refusals::kTokenClaims.code);
    wrong = logout();
    wrong["sid"] = 1;
    CHECK(logged_out(wrong).error().what == refusals::kTokenClaims.code);
    wrong = logout();
    wrong.erase("sid");
    wrong.erase("sub");
    CHECK(logged_out(wrong).error().what == refusals::kTokenClaims.code);
}
