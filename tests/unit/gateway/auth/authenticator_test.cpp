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

namespace {

using namespace gateway::auth;
using boost::json::object;
using gateway::http::PeerCertificate;
using gateway::http::Sha256;
using std::chrono::seconds;

constexpr policy::Instant kNow{seconds(1'800'000'000)};

class StoppedClock final : public gateway::observe::Clock {
  public:
    policy::Instant now() const override { return kNow; }
    policy::Date local_date(policy::Instant instant) const override {
        return std::chrono::floor<std::chrono::days>(instant);
    }
    policy::Instant start_of(policy::Date date) const override { return std::chrono::sys_days(date); }
};

Sha256 filled(std::uint8_t value) {
    Sha256 out{};
    out.fill(value);
    return out;
}

gateway::http::Peer peer_with(std::uint8_t certificate, std::string subject = "CN=pbx-1,O=Example",
                              std::uint8_t authority = 100) {
    gateway::http::Peer peer;
    peer.secure = true;
    auto known = std::make_shared<PeerCertificate>();
    known->sha256 = filled(certificate);
    known->authority_sha256 = filled(authority);
    known->subject = std::move(subject);
    known->not_after = kNow + seconds(1000);
    peer.certificate = std::move(known);
    return peer;
}

/// An issuer with one key, two certificates and a local user, and a vault that may fail.
struct Site {
    tests::TemporaryFolder folder;
    tests::SigningKey key = tests::SigningKey::ec();
    StoppedClock clock;
    int vault_calls = 0;
    bool vault_down = false;
    std::shared_ptr<FileKeySource> keys =
        std::make_shared<FileKeySource>(folder.path() / "keys.json", std::vector{Algorithm::kEs256});
    std::unique_ptr<Authenticator> authenticator;
    std::map<CookieHash, BrowserSession> sessions;
    bool sessions_down = false;

    explicit Site(bool keys_there = true) {
        if (keys_there) {
            std::ofstream(keys->file()) << boost::json::serialize(
                object{{"keys", boost::json::array{key.jwk("k1", "ES256")}}});
            REQUIRE(keys->read());
        }
        const auto mac = [this](std::string prefix) {
            return [this, prefix = std::move(prefix)](std::string text) { return vault(prefix + text); };
        };
        authenticator = std::make_unique<Authenticator>(registrations(), mac("actor "), mac("session "), clock,
                                                        [this](CookieHash hash) { return look_up(hash); });
    }

    boost::asio::awaitable<policy::Result<std::optional<BrowserSession>>> look_up(CookieHash hash) {
        if (sessions_down) co_return policy::fail(policy::Code::kUnavailable, "no database");
        const auto found = sessions.find(hash);
        co_return found == sessions.end() ? std::nullopt : std::optional(found->second);
    }

    /// A browser with a session of that issuer; its cookie.
    std::string signed_in(const std::string& issuer) {
        auto cookie = new_session_cookie();
        BrowserSession session;
        session.id.fill(std::byte{9});
        session.issuer = issuer;
        session.subject = {std::string(32, 'a'), {policy::Role::kQa}, {"a"}, {true, kNow}};
        session.opened_at = kNow - seconds(60);
        session.expires_at = kNow + seconds(3600);
        sessions[cookie.hash] = session;
        return "__Host-callvault=" + cookie.text;
    }

    policy::Result<Principal> browse(const std::string& cookie, gateway::http::Peer peer = {},
                                     std::vector<std::pair<std::string, std::string>> more = {},
                                     gateway::http::Method method = gateway::http::Method::kGet) {
        tests::RequestParts parts;
        parts.peer = std::move(peer);
        parts.method = method;
        parts.headers = std::move(more);
        parts.headers.emplace_back("Cookie", cookie);
        tests::HttpRequest sent(std::move(parts));
        return tests::await(authenticator->authenticate(sent.request()));
    }

    boost::asio::awaitable<policy::Result<Mac>> vault(std::string text) {
        ++vault_calls;
        if (vault_down) co_return policy::fail(policy::Code::kUnavailable, "no vault");
        co_return storage::crypto::sha256(storage::crypto::bytes_of(text));
    }

    Registrations registrations() const {
        Registrations out;
        Issuer issuer;
        issuer.rules = {.issuer = "https://id.example", .audience = "callvault"};
        issuer.claims.role_names = {{"qa", policy::Role::kQa}};
        issuer.claims.sender = "sender";
        issuer.claims.amr = {"mfa"};
        issuer.keys = keys;
        OpenIdClient::Options here;
        here.name = "staff";
        here.client_id = "web";
        issuer.client = std::make_shared<const OpenIdClient>(nullptr, std::move(here));
        out.issuers.push_back(issuer);
        out.certificates.add_fingerprint(filled(1), {"pbx", {policy::Role::kRecorder}, {}});
        out.certificates.add_fingerprint(filled(2), {"pbx", {policy::Role::kRecorder}, {}});
        out.certificates.add_subject(filled(100), "CN=pbx-1,O=Example", {std::nullopt, {policy::Role::kAuditor}, {}});
        out.local_users[1000] = {std::nullopt, {policy::Role::kAdmin}, {}, true};
        out.senders = {"pbx"};
        out.origin = "https://calls.example";
        return out;
    }

    KeyReload look_for_keys() {
        storage::async::BlockingPool pool("keys", 1, 10);
        return tests::await(authenticator->reload_keys(pool));
    }

    object claims(std::uint8_t bound_to = 7) const {
        const auto thumbprint = tests::base64url(std::string(32, static_cast<char>(bound_to)));
        return {
            {"iss", "https://id.example"}, {"aud", "callvault"}, {"sub", "u1"},    {"sid", "login-1"},
            {"exp", 1'800'000'600},        {"roles", {"qa"}},    {"teams", {"a"}}, {"cnf", {{"x5t#S256", thumbprint}}}};
    }
    std::string token(const object& body) const {
        return tests::token_of(key, "ES256", {{"alg", "ES256"}, {"kid", "k1"}, {"typ", "at+jwt"}}, body);
    }

    policy::Result<Principal> ask(gateway::http::Peer peer, const std::string& authorization = "") {
        tests::RequestParts parts;
        parts.peer = std::move(peer);
        if (!authorization.empty()) parts.headers = {{"Authorization", authorization}};
        tests::HttpRequest sent(std::move(parts));
        return tests::await(authenticator->authenticate(sent.request()));
    }
    /// The refusal's code, or the actor's pseudonym.
    std::string verdict(gateway::http::Peer peer, const std::string& authorization = "") {
        const auto outcome = ask(std::move(peer), authorization);
        return outcome.has_error() ? outcome.error().what : outcome->subject.pseudonym;
    }
};

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
    body.erase("sid");
    const auto all = sign_out().value();
    CHECK_FALSE(all.login);
    CHECK(all.subject == by_token.subject.pseudonym);
    // ID tokens and access tokens log nobody out.
    CHECK(tests::await(site.authenticator->sign_out(*issuer, site.token(site.claims()))).has_error());
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
