#include <catch2/catch.hpp>

#include "tests/unit/gateway/auth/auth_site.hpp"

namespace {

using namespace gateway::auth;
using boost::json::object;
using std::chrono::seconds;
using tests::kNow;
using tests::peer_with;
using tests::Site;

TEST_CASE("The cookie of a session says who asks") {
    Site site;
    const auto cookie = site.signed_in("https://id.example");
    const auto who = site.browse(cookie).value();
    CHECK(who.kind == PrincipalKind::kBrowser);
    CHECK(who.issuer == "https://id.example");
    CHECK(who.subject.roles == std::vector{policy::Role::kQa});
    CHECK(who.session.revocable);
    CHECK(who.session.started == kNow - seconds(60));
    CHECK(who.session.expires == kNow + seconds(3600));
    CHECK_FALSE(who.sender);
}

TEST_CASE("A cookie that is bad or foreign is never passed over in favour of a good certificate") {
    Site site;
    const auto cookie = site.signed_in("https://id.example");
    CHECK(site.browse("other=1", peer_with(1))->sender == "pbx");
    CHECK(site.browse("__Host-callvault=x", peer_with(1)).error().what == "session-over");
    CHECK(site.browse(cookie + "; " + cookie, peer_with(1)).error().what == "session-over");
    CHECK(site.browse(site.signed_in("https://gone.example"), peer_with(1)).error().what == "session-over");
    CHECK(site.browse(cookie, peer_with(1), {{"Sec-Fetch-Site", "cross-site"}}).error().what == "foreign-origin");
    const auto unsafe = site.browse(cookie, peer_with(1), {}, gateway::http::Method::kPost);
    CHECK(unsafe.error().what == "foreign-origin");
    CHECK(unsafe.error().code == policy::Code::kDenied);
    CHECK(site.browse(cookie, {}, {{"Origin", "https://calls.example"}}, gateway::http::Method::kPost).has_value());
    CHECK(site.browse(cookie, peer_with(7), {{"Authorization", "Bearer x"}}).error().what == "token-malformed");
    site.sessions_down = true;
    CHECK(site.browse(cookie).error().code == policy::Code::kUnavailable);
    site.sessions_down = false;
    site.authenticator->replace({});  // nobody signs in there any more
    CHECK(site.browse(cookie).error().what == "session-over");
}

TEST_CASE("A person who signs in is the same actor as with a token, and their login the same session") {
    Site site;
    const auto known = site.authenticator->registrations();
    const auto* issuer = find_sign_in(*known, "staff");
    REQUIRE(issuer != nullptr);
    CHECK(find_sign_in(*known, "other") == nullptr);
    auto body = site.claims();
    body["aud"] = "web";
    body["nonce"] = "n1";
    body.erase("cnf");
    const auto signed_text = [&](const char* type) {
        object head{{"alg", "ES256"}, {"kid", "k1"}};
        if (type != nullptr) head["typ"] = type;
        return tests::token_of(site.key, "ES256", head, body);
    };
    const auto sign_in = [&](const std::string& token, const char* nonce) {
        return tests::await(site.authenticator->sign_in(*issuer, token, nonce));
    };
    const auto person = sign_in(signed_text(nullptr), "n1").value();
    const auto by_token = site.ask(peer_with(7), "Bearer " + site.token(site.claims())).value();
    CHECK(person.subject.pseudonym == by_token.subject.pseudonym);
    CHECK(person.login == by_token.session.id);
    CHECK(sign_in(signed_text("JWT"), "n1").has_value());
    CHECK(sign_in(signed_text("at+jwt"), "n1").error().what == "token-type");
    CHECK(sign_in(signed_text(nullptr), "n2").error().what == "token-nonce");
    CHECK(sign_in(site.token(site.claims()), "n1").error().what == "token-type");

    body.erase("nonce");
    body["iat"] = 1'800'000'000;
    body["events"] = {{"http://schemas.openid.net/event/backchannel-logout", object()}};
    const auto sign_out = [&] {
        return tests::await(site.authenticator->sign_out(*issuer, signed_text("logout+jwt")));
    };
    CHECK(sign_out()->login == by_token.session.id);
    CHECK(sign_out()->subject == by_token.subject.pseudonym);
    const auto sub = body.at("sub");
    body.erase("sub");
    CHECK(sign_out()->login == by_token.session.id);
    CHECK(sign_out()->subject.empty());
    body["sub"] = sub;
    body.erase("sid");
    const auto all = sign_out().value();
    CHECK_FALSE(all.login);
    CHECK(all.subject == by_token.subject.pseudonym);
    // ID tokens and access tokens log nobody out.
    CHECK(tests::await(site.authenticator->sign_out(*issuer, site.token(site.claims()))).has_error());
}

}  // namespace
