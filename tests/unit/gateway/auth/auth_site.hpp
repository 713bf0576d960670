#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <catch2/catch.hpp>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gateway/auth/authenticator.hpp"
#include "storage/crypto/sha256.hpp"
#include "tests/support/http_request.hpp"
#include "tests/support/print_result.hpp"
#include "tests/support/run_loop.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/token_maker.hpp"

namespace tests {

using namespace gateway::auth;
using boost::json::object;
using gateway::http::PeerCertificate;
using gateway::http::Sha256;
using std::chrono::seconds;

inline constexpr policy::Instant kNow{seconds(1'800'000'000)};

class StoppedClock final : public gateway::observe::Clock {
  public:
    policy::Instant now() const override { return kNow; }
    policy::Date local_date(policy::Instant instant) const override {
        return std::chrono::floor<std::chrono::days>(instant);
    }
    policy::Instant start_of(policy::Date date) const override { return std::chrono::sys_days(date); }
};

inline Sha256 filled(std::uint8_t value) {
    Sha256 out{};
    out.fill(value);
    return out;
}

inline gateway::http::Peer peer_with(std::uint8_t certificate, std::string subject = "CN=pbx-1,O=Example",
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
    TemporaryFolder folder;
    SigningKey key = SigningKey::ec();
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
        RequestParts parts;
        parts.peer = std::move(peer);
        parts.method = method;
        parts.headers = std::move(more);
        parts.headers.emplace_back("Cookie", cookie);
        HttpRequest sent(std::move(parts));
        return await(authenticator->authenticate(sent.request()));
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
        issuer.client = std::make_shared<OpenIdClient>(nullptr, std::move(here));
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
        return await(authenticator->reload_keys(pool));
    }

    object claims(std::uint8_t bound_to = 7) const {
        const auto thumbprint = base64url(std::string(32, static_cast<char>(bound_to)));
        return {
            {"iss", "https://id.example"}, {"aud", "callvault"}, {"sub", "u1"},    {"sid", "login-1"},
            {"exp", 1'800'000'600},        {"roles", {"qa"}},    {"teams", {"a"}}, {"cnf", {{"x5t#S256", thumbprint}}}};
    }
    std::string token(const object& body) const {
        return token_of(key, "ES256", {{"alg", "ES256"}, {"kid", "k1"}, {"typ", "at+jwt"}}, body);
    }

    policy::Result<Principal> ask(gateway::http::Peer peer, const std::string& authorization = "") {
        RequestParts parts;
        parts.peer = std::move(peer);
        if (!authorization.empty()) parts.headers = {{"Authorization", authorization}};
        HttpRequest sent(std::move(parts));
        return await(authenticator->authenticate(sent.request()));
    }
    /// The refusal's code, or the actor's pseudonym.
    std::string verdict(gateway::http::Peer peer, const std::string& authorization = "") {
        const auto outcome = ask(std::move(peer), authorization);
        return outcome.has_error() ? outcome.error().what : outcome->subject.pseudonym;
    }
};

}  // namespace tests
