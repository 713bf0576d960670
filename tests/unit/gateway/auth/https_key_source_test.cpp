#include "gateway/auth/https_key_source.hpp"

#include <catch2/catch.hpp>

#include "tests/support/run_loop.hpp"
#include "tests/support/token_maker.hpp"
#include "tests/unit/gateway/auth/issuer_server.hpp"

namespace {

using namespace std::chrono_literals;
using gateway::auth::HttpsKeySource;
using tests::await;
using tests::IssuerServer;
using tests::SigningKey;

std::shared_ptr<HttpsKeySource> source_of(IssuerServer& issuer, HttpsKeySource::Times times = {1h, 0ms, 5s}) {
    return std::make_shared<HttpsKeySource>(issuer.client(), issuer.url(),
                                            std::vector{gateway::auth::Algorithm::kEs256}, times);
}

policy::Result<void> reload(HttpsKeySource& source) {
    storage::async::BlockingPool pool("keys", 1, 1);
    return await(source.reload(pool, std::chrono::steady_clock::now() + 10s));
}

bool finds(HttpsKeySource& source, const std::string& kid) {
    const auto keys = await(source.after_unknown_key(kid, std::chrono::steady_clock::now() + 10s));
    return keys.has_value() && (*keys)->find(kid) != nullptr;
}

TEST_CASE("Keys are fetched from where the issuer's discovery document says, when they are first needed") {
    IssuerServer issuer;
    const auto source = source_of(issuer);
    CHECK(source->current().error().code == policy::Code::kUnavailable);
    CHECK(issuer.fetches() == 0);
    CHECK(finds(*source, "k1"));
    CHECK(source->current().value()->find("k1") != nullptr);
}

TEST_CASE("A token under a new key makes the source look, though not for everybody who invents a kid") {
    IssuerServer issuer;
    const auto source = source_of(issuer, {1h, 1h, 5s});
    CHECK(finds(*source, "k1"));
    for (int i = 0; i < 10; ++i) CHECK_FALSE(finds(*source, "invented-" + std::to_string(i)));
    CHECK(issuer.fetches() == 1);
    const auto eager = source_of(issuer);
    CHECK(finds(*eager, "k1"));
    issuer.publish({SigningKey::ec().jwk("k1", "ES256"), SigningKey::ec().jwk("k2", "ES256")});
    CHECK(finds(*eager, "k2"));
}

TEST_CASE("Many who need the keys at once share one fetch") {
    IssuerServer issuer;
    const auto source = source_of(issuer, {1h, 1h, 5s});
    std::vector<boost::asio::awaitable<policy::Result<gateway::auth::KeySource::Keys>>> asked;
    for (int i = 0; i < 20; ++i)
        asked.push_back(source->after_unknown_key("k1", std::chrono::steady_clock::now() + 10s));
    for (const auto& keys : tests::await_all(std::move(asked), 2)) {
        REQUIRE(keys.has_value());
        CHECK((*keys)->find("k1") != nullptr);
    }
    CHECK(issuer.fetches() == 1);
}

TEST_CASE("While the issuer does not answer, or answers nonsense, its last good keys stay in force") {
    IssuerServer issuer;
    const auto source = source_of(issuer, {0ms, 0ms, 5s});
    REQUIRE(reload(*source).has_value());
    const auto first = source->current().value();
    const auto stays = [&](policy::Code code) {
        const auto failed = reload(*source);
        CHECK(failed.has_error());
        CHECK(failed.error().code == code);
        CHECK(source->current().value() == first);
        CHECK_FALSE(source->take_lost());
    };
    issuer.answer_with(503);
    stays(policy::Code::kUnavailable);
    issuer.answer_with(200);
    for (const auto* nonsense : {"", "{", "[]", R"({"keys":[]})", R"({"keys":[{"kty":"EC"},42]})"}) {
        issuer.say(nonsense);
        stays(policy::Code::kInvalid);
    }
    issuer.call_itself("https://other.example");
    stays(policy::Code::kInvalid);
    issuer.call_itself("");
    issuer.keys_at("http://localhost/keys");
    stays(policy::Code::kInvalid);
    issuer.keys_at("");
    issuer.publish({SigningKey::ec().jwk("k2", "ES256")});
    REQUIRE(reload(*source).has_value());
    CHECK(source->current().value()->find("k1") == nullptr);
    CHECK(source->take_lost());
    CHECK_FALSE(source->take_lost());
}

TEST_CASE("Keys are looked at anew when it is time, and not before") {
    IssuerServer issuer;
    const auto source = source_of(issuer, {1h, 0ms, 5s});
    for (int i = 0; i < 3; ++i) REQUIRE(reload(*source).has_value());
    CHECK(issuer.fetches() == 1);
}

TEST_CASE("After a reload of the configuration the keys that were fetched are still there") {
    IssuerServer issuer;
    const auto before = source_of(issuer);
    REQUIRE(finds(*before, "k1"));
    const auto after = source_of(issuer);
    after->inherit(*before);
    CHECK(after->current().value() == before->current().value());
    // Another list of algorithms would read the same document in another way.
    auto client = storage::net::HttpsClient::make({}).value();
    HttpsKeySource other(std::move(client), issuer.url(), {gateway::auth::Algorithm::kRs256}, {});
    other.inherit(*before);
    CHECK(other.current().has_error());
}

}  // namespace
