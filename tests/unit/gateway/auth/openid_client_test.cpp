#include "gateway/auth/openid_client.hpp"

#include <catch2/catch.hpp>
#include <thread>

#include "gateway/http/urlencoded.hpp"
#include "storage/crypto/encoding.hpp"
#include "tests/support/run_loop.hpp"
#include "tests/unit/gateway/auth/issuer_server.hpp"

namespace {

using namespace std::chrono_literals;
using gateway::auth::DiscoveryDocument;
using gateway::auth::OpenIdClient;
using gateway::http::parameter;
using policy::Code;
using tests::await;
using tests::IssuerServer;

std::shared_ptr<OpenIdClient> client_of(IssuerServer& issuer) {
    OpenIdClient::Options options;
    options.name = "staff";
    options.issuer = issuer.url();
    options.client_id = "call vault";
    options.secret = storage::crypto::SecretBytes::copy_of(storage::crypto::bytes_of("s/ecret+:"));
    options.scope = {"openid", "roles"};
    options.acr_values = {"mfa", "phr"};
    options.callback = "https://calls.example/auth/callback/staff";
    options.after_logout = "https://calls.example/";
    return std::make_shared<OpenIdClient>(issuer.client(), std::move(options));
}

storage::async::Deadline soon() {
    return std::chrono::steady_clock::now() + 10s;
}

gateway::auth::LoginAttempt attempt(bool step_up) {
    gateway::auth::LoginGoal goal;
    goal.issuer = "staff";
    goal.return_path = "/";
    goal.step_up = step_up;
    return gateway::auth::begin_login(std::move(goal));
}

std::string query_of(const std::string& address) {
    return address.substr(address.find('?') + 1);
}

}  // namespace

TEST_CASE("Many who sign in at once, or one after the other, ask the issuer once") {
    IssuerServer issuer;
    const auto client = client_of(issuer);
    std::vector<boost::asio::awaitable<policy::Result<DiscoveryDocument>>> asked;
    for (int i = 0; i < 50; ++i) asked.push_back(client->discover(soon()));
    for (const auto& document : tests::await_all(std::move(asked), 2)) REQUIRE(document.has_value());
    REQUIRE(await(client->discover(soon())).has_value());
    CHECK(issuer.discoveries() == 1);
}

TEST_CASE("An issuer that does not answer is not asked by everybody, and asked again after a while") {
    IssuerServer issuer;
    const auto client = client_of(issuer);
    issuer.answer_with(503);
    for (int i = 0; i < 5; ++i) CHECK(await(client->discover(soon())).error().code == Code::kUnavailable);
    CHECK(issuer.discoveries() == 1);
    issuer.answer_with(200);
    const auto end = std::chrono::steady_clock::now() + 10s;
    while (await(client->discover(soon())).has_error() && std::chrono::steady_clock::now() < end)
        std::this_thread::sleep_for(50ms);
    CHECK(await(client->discover(soon())).has_value());
}

TEST_CASE("A browser is sent to the issuer with state, nonce and challenge, and is asked again at a step-up only") {
    IssuerServer issuer;
    const auto client = client_of(issuer);
    const auto document = await(client->discover(soon())).value();
    const auto plain = attempt(false);
    const auto address = client->sign_in_address(document, plain);
    CHECK(address.starts_with(issuer.url() + "/auth?tenant=1&response_type=code&"));
    const auto query = query_of(address);
    CHECK(parameter(query, "client_id") == "call vault");
    CHECK(parameter(query, "redirect_uri") == "https://calls.example/auth/callback/staff");
    CHECK(parameter(query, "scope") == "openid roles");
    CHECK(parameter(query, "state") == plain.state);
    CHECK(parameter(query, "nonce") == plain.nonce);
    CHECK(parameter(query, "code_challenge") == plain.challenge);
    CHECK(parameter(query, "code_challenge_method") == "S256");
    CHECK(address.find(plain.verifier) == std::string::npos);
    for (const auto* name : {"prompt", "max_age", "acr_values"}) CHECK_FALSE(parameter(query, name));

    const auto again = query_of(client->sign_in_address(document, attempt(true)));
    CHECK(parameter(again, "prompt") == "login");
    CHECK(parameter(again, "max_age") == "0");
    CHECK(parameter(again, "acr_values") == "mfa phr");

    const auto out = client->sign_out_address(document).value();
    CHECK(out.starts_with(issuer.url() + "/out?client_id="));
    CHECK(parameter(query_of(out), "post_logout_redirect_uri") == "https://calls.example/");
    auto without = document;
    without.end_session.reset();
    CHECK_FALSE(client->sign_out_address(without));
}

TEST_CASE("A code is redeemed with the verifier, under the client's own secret") {
    IssuerServer issuer;
    const auto client = client_of(issuer);
    const auto document = await(client->discover(soon())).value();
    issuer.grant(200, R"({"id_token":"a.b.c","access_token":"x"})");
    CHECK(await(client->redeem(document, "c&de", "ver", soon())).value() == "a.b.c");
    CHECK(parameter(issuer.form(), "grant_type") == "authorization_code");
    CHECK(parameter(issuer.form(), "code") == "c&de");
    CHECK(parameter(issuer.form(), "code_verifier") == "ver");
    CHECK(parameter(issuer.form(), "redirect_uri") == "https://calls.example/auth/callback/staff");
    CHECK(issuer.authorization() ==
          "Basic " + storage::crypto::to_base64(storage::crypto::bytes_of("call%20vault:s%2Fecret%2B%3A")));
}

TEST_CASE("A refused code, a wrong secret and an answer without ID token are told apart") {
    IssuerServer issuer;
    const auto client = client_of(issuer);
    const auto document = await(client->discover(soon())).value();
    const auto outcome = [&](unsigned status, const char* body) {
        issuer.grant(status, body);
        return await(client->redeem(document, "c", "v", soon())).error().code;
    };
    CHECK(outcome(400, R"({"error":"invalid_grant"})") == Code::kUnauthenticated);
    CHECK(outcome(401, R"({"error":"invalid_client"})") == Code::kUnavailable);
    CHECK(outcome(500, "") == Code::kUnavailable);
    for (const auto* body : {"", "[]", "{}", R"({"id_token":1})", R"({"access_token":"x"})"})
        CHECK(outcome(200, body) == Code::kUnavailable);
}
