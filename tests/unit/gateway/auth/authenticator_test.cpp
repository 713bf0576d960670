#include "gateway/auth/authenticator.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <map>

#include "gateway/auth/challenge.hpp"
#include "gateway/auth/refusal.hpp"
#include "storage/crypto/sha256.hpp"
#include "tests/support/http_request.hpp"
#include "tests/support/print_result.hpp"
#include "tests/support/run_loop.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/token_maker.hpp"
#include "tests/unit/gateway/auth/auth_site.hpp"

namespace {

using namespace gateway::auth;
using boost::json::object;
using gateway::http::PeerCertificate;
using std::chrono::seconds;
using tests::filled;
using tests::kNow;
using tests::peer_with;
using tests::Site;

TEST_CASE("A token bound to the certificate of this connection says who asks") {
    Site site;
    const auto who = site.ask(peer_with(7), "Bearer " + site.token(site.claims())).value();
    REQUIRE(who.kind == PrincipalKind::kToken);
    REQUIRE(who.subject.roles == std::vector{policy::Role::kQa});
    REQUIRE(who.subject.teams == std::vector<std::string>{"a"});
    REQUIRE_FALSE(who.sender);
    REQUIRE(who.session.revocable);
    REQUIRE(who.session.expires == policy::Instant(seconds(1'800'000'600)));
    REQUIRE(who.subject.pseudonym.size() == 32);
    REQUIRE(who.subject.pseudonym.find("u1") == std::string::npos);
}

TEST_CASE("A token without binding, or bound to another certificate, is worth nothing") {
    Site site;
    object unbound = site.claims();
    unbound.erase("cnf");
    REQUIRE(site.verdict(peer_with(7), "Bearer " + site.token(unbound)) == "token-unbound");
    REQUIRE(site.verdict(peer_with(8), "Bearer " + site.token(site.claims())) == "token-binding");
    gateway::http::Peer nobody;
    nobody.secure = true;
    REQUIRE(site.verdict(nobody, "Bearer " + site.token(site.claims())) == "token-binding");
    auto clear = peer_with(7);
    clear.secure = false;
    REQUIRE(site.verdict(clear, "Bearer " + site.token(site.claims())) == "token-binding");
}

TEST_CASE("A bad token is never passed over in favour of a good certificate") {
    Site site;
    REQUIRE(site.ask(peer_with(1)));
    for (const auto* authorization :
         {"Basic dTpw", "Bearer", "bearer", "Bearer a b", "Bearer a,Bearer b", "DPoP x", "Bearer\tx"}) {
        INFO(authorization);
        REQUIRE(site.verdict(peer_with(1), authorization) == "authorization-malformed");
    }
    REQUIRE(site.verdict(peer_with(1), "Bearer x") == "token-malformed");
    object other = site.claims(1);
    other["iss"] = "https://other.example";
    REQUIRE(site.verdict(peer_with(1), "Bearer " + site.token(other)) == "token-issuer");
    REQUIRE(site.ask(peer_with(7), "BEARER " + site.token(site.claims())));
}

TEST_CASE("A token may push as a configured sender only") {
    Site site;
    object body = site.claims();
    body["sender"] = "pbx";
    REQUIRE(site.ask(peer_with(7), "Bearer " + site.token(body))->sender == "pbx");
    body["sender"] = "stranger";
    REQUIRE(site.verdict(peer_with(7), "Bearer " + site.token(body)) == "token-claims");
}

TEST_CASE("A fingerprint wins over a subject, and a subject counts from its authority only") {
    Site site;
    REQUIRE(site.ask(peer_with(1))->sender == "pbx");
    const auto by_name = site.ask(peer_with(50)).value();
    REQUIRE_FALSE(by_name.sender);
    REQUIRE(by_name.subject.roles == std::vector{policy::Role::kAuditor});
    REQUIRE(by_name.kind == PrincipalKind::kCertificate);
    REQUIRE_FALSE(by_name.session.revocable);
    REQUIRE(site.verdict(peer_with(50, "CN=pbx-1,O=Example", 101)) == "certificate-unknown");
    REQUIRE(site.verdict(peer_with(50, "cn=pbx-1,O=Example")) == "certificate-unknown");
    REQUIRE(site.verdict(peer_with(50, "CN=pbx-1,O=Example,C=NL")) == "certificate-unknown");
    REQUIRE(site.verdict(peer_with(50, "O=Example,CN=pbx-1")) == "certificate-unknown");
}

TEST_CASE("A certificate that ran out while the connection was open is refused") {
    Site site;
    auto peer = peer_with(1);
    auto old = std::make_shared<PeerCertificate>(*peer.certificate);
    old->not_after = kNow;
    peer.certificate = old;
    REQUIRE(site.verdict(peer) == "certificate-unusable");
}

TEST_CASE("A sender is one actor whichever of its certificates it uses, in another session each") {
    Site site;
    const auto first = site.ask(peer_with(1)).value();
    const auto renewed = site.ask(peer_with(2)).value();
    REQUIRE(first.subject.pseudonym == renewed.subject.pseudonym);
    REQUIRE(first.session.id != renewed.session.id);
}

TEST_CASE("A user of this machine is known by uid over the Unix socket") {
    Site site;
    gateway::http::Peer peer;
    peer.local = gateway::http::LocalPeer{1000, 1000, 1};
    const auto who = site.ask(peer).value();
    REQUIRE(who.kind == PrincipalKind::kLocal);
    REQUIRE(who.subject.mfa.reached);
    REQUIRE(who.subject.mfa.auth_time == kNow);
    peer.local->uid = 0;
    REQUIRE(site.verdict(peer) == "local-user-unknown");
    REQUIRE(site.verdict({}) == "no-credentials");
}

TEST_CASE("The session is the login, or the token where the issuer names no login") {
    Site site;
    object body = site.claims();
    const auto first = site.ask(peer_with(7), "Bearer " + site.token(body)).value();
    body["exp"] = 1'800'000'700;
    const auto refreshed = site.ask(peer_with(7), "Bearer " + site.token(body)).value();
    REQUIRE(first.session.id == refreshed.session.id);
    body.erase("sid");
    const auto loose = site.ask(peer_with(7), "Bearer " + site.token(body)).value();
    body["exp"] = 1'800'000'800;
    const auto next = site.ask(peer_with(7), "Bearer " + site.token(body)).value();
    REQUIRE(loose.session.id != first.session.id);
    REQUIRE(loose.session.id != next.session.id);
    REQUIRE(loose.subject.pseudonym == first.subject.pseudonym);
}

TEST_CASE("The end of a login is remembered until every token of it is over, not just the one it came with") {
    Site site;
    auto body = site.claims();
    body["exp"] = 1'800'000'010;
    const auto brief = site.ask(peer_with(7), "Bearer " + site.token(body)).value();
    REQUIRE(brief.session.revocable);
    REQUIRE(brief.session.remember_until >= kNow + std::chrono::hours(24) + seconds(30));
}

TEST_CASE("The vault is asked once for each subject, and its absence is ours, not the caller's") {
    Site site;
    const auto token = "Bearer " + site.token(site.claims());
    REQUIRE(site.ask(peer_with(7), token));
    const int calls = site.vault_calls;
    site.vault_down = true;
    REQUIRE(site.ask(peer_with(7), token));
    REQUIRE(site.vault_calls == calls);
    const auto unknown = site.ask(peer_with(1));
    REQUIRE(unknown.error().code == policy::Code::kUnavailable);
    REQUIRE(unknown.error().what == "pseudonym-unavailable");
    site.vault_down = false;
    REQUIRE(site.ask(peer_with(1)));  // a failure is not remembered
}

TEST_CASE("Without the issuer's keys a token is answered with 503, not 401") {
    Site site(false);
    const auto outcome = site.ask(peer_with(7), "Bearer " + site.token(site.claims()));
    REQUIRE(outcome.error().code == policy::Code::kUnavailable);
    REQUIRE(outcome.error().what == "key-set-unavailable");
}

TEST_CASE("A look for newer keys tells a key that was taken back from one that was added") {
    Site site;
    const auto publish = [&site](boost::json::array keys) {
        const auto fresh = site.folder.path() / "fresh.json";
        std::ofstream(fresh) << boost::json::serialize(object{{"keys", std::move(keys)}});
        std::filesystem::rename(fresh, site.keys->file());
    };
    REQUIRE_FALSE(site.look_for_keys().lost_a_key);
    const auto next = tests::SigningKey::ec();
    publish({site.key.jwk("k1", "ES256"), next.jwk("k2", "ES256")});
    REQUIRE_FALSE(site.look_for_keys().lost_a_key);
    publish({next.jwk("k2", "ES256")});
    REQUIRE(site.look_for_keys().lost_a_key);
    REQUIRE_FALSE(site.look_for_keys().lost_a_key);
    std::filesystem::remove(site.keys->file());
    const auto broken = site.look_for_keys();
    REQUIRE(broken.failed);
    REQUIRE_FALSE(broken.lost_a_key);  // the set of before is still in force
}

TEST_CASE("A reload applies to the next request") {
    Site site;
    REQUIRE(site.ask(peer_with(1)));
    site.authenticator->replace({});
    REQUIRE(site.verdict(peer_with(1)) == "certificate-unknown");
    REQUIRE(site.verdict(peer_with(7), "Bearer " + site.token(site.claims())) == "token-issuer");
}

TEST_CASE("Pseudonyms keep kinds, issuers and subjects apart, and forget the least used") {
    int calls = 0;
    const auto vault = [&calls](std::string text) -> boost::asio::awaitable<policy::Result<Mac>> {
        ++calls;
        return [](std::string all) -> boost::asio::awaitable<policy::Result<Mac>> {
            co_return storage::crypto::sha256(storage::crypto::bytes_of(all));
        }(std::move(text));
    };
    Pseudonyms names(vault, 2);
    const auto of = [&](std::string kind, std::string realm, std::string subject) {
        return tests::await(names.of(std::move(kind), std::move(realm), std::move(subject))).value();
    };
    REQUIRE(of("token", "a", "bc") != of("token", "ab", "c"));
    REQUIRE(of("token", "a", "b") != of("local", "a", "b"));
    REQUIRE(of("token", "a:1", "b") != of("token", "a", "1:b"));
    calls = 0;
    of("x", "", "1");
    of("x", "", "2");
    of("x", "", "1");
    of("x", "", "3");  // 2 goes
    REQUIRE(calls == 3);
    of("x", "", "1");
    REQUIRE(calls == 3);
    of("x", "", "2");
    REQUIRE(calls == 4);
    REQUIRE(pseudonym_text(Mac{std::byte{0xAB}}) == "ab" + std::string(30, '0'));
}

TEST_CASE("A refusal tells the client what to do, and challenges as RFC 6750 and RFC 9470 want it") {
    const policy::RequestId id;
    const auto token = unauthenticated_response(id, refuse(refusals::kTokenExpired));
    REQUIRE(token.status == 401);
    REQUIRE(*token.header("WWW-Authenticate") == "Bearer realm=\"callvault\", error=\"invalid_token\"");
    const auto body = boost::json::parse(std::get<std::string>(token.body)).as_object();
    REQUIRE(body.at("type").as_string() == "urn:callvault:problem:token-expired");
    REQUIRE(body.at("detail").as_string() == refusals::kTokenExpired.sentence);
    const auto nobody = unauthenticated_response(id, refuse(refusals::kNoCredentials));
    REQUIRE(*nobody.header("WWW-Authenticate") == "Bearer realm=\"callvault\"");
    const auto ours = unauthenticated_response(id, refuse(refusals::kKeySetUnavailable));
    REQUIRE(ours.status == 503);
    REQUIRE(ours.header("WWW-Authenticate") == nullptr);
    const auto other = unauthenticated_response(id, policy::fail(policy::Code::kInternal, "secret"));
    REQUIRE(other.status == 500);
    REQUIRE(std::get<std::string>(other.body).find("secret") == std::string::npos);

    const auto step = step_up_response(id, {{"phr", "ph\"rh\n"}, seconds(900)});
    REQUIRE(step.status == 401);
    REQUIRE(*step.header("WWW-Authenticate") ==
            "Bearer realm=\"callvault\", error=\"insufficient_user_authentication\", acr_values=\"phr phrh\", "
            "max_age=\"900\"");
    REQUIRE(step_up_response(id, {{}, seconds(300)}).header("WWW-Authenticate")->find("acr_values") ==
            std::string::npos);
}

}  // namespace
