#include "gateway/auth/https_key_source.hpp"

#include <atomic>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <catch2/catch.hpp>
#include <mutex>

#include "tests/support/run_loop.hpp"
#include "tests/support/token_maker.hpp"
#include "tests/unit/gateway/http/running_server.hpp"

namespace {

using namespace std::chrono_literals;
using boost::json::array;
using boost::json::object;
using gateway::auth::Algorithm;
using gateway::auth::HttpsKeySource;
using tests::await;
using tests::SigningKey;

/// An issuer's server that publishes what the test tells it to.
class IssuerServer {
  public:
    IssuerServer() : server_(routes()) {
        identity_ = authority_.issue({"id", "serverAuth", "DNS:localhost"});
        port_ = server_.listen({identity_.certificate_pem, identity_.key_pem, {}});
        publish({SigningKey::ec().jwk("k1", "ES256")});
    }

    std::string url() const { return "https://localhost:" + std::to_string(port_); }
    void publish(array keys) { say(boost::json::serialize(object{{"keys", std::move(keys)}})); }
    void say(std::string keys) {
        const std::lock_guard lock(mutex_);
        keys_ = std::move(keys);
    }
    void answer_with(unsigned status) { status_ = status; }
    void call_itself(std::string issuer) {
        const std::lock_guard lock(mutex_);
        issuer_ = std::move(issuer);
    }
    void keys_at(std::string address) {
        const std::lock_guard lock(mutex_);
        jwks_uri_ = std::move(address);
    }
    int fetches() const { return fetches_; }

    std::shared_ptr<HttpsKeySource> source(HttpsKeySource::Times times = {1h, 0ms, 5s}) {
        auto client = storage::net::HttpsClient::make({authority_.own().certificate_pem}).value();
        return std::make_shared<HttpsKeySource>(std::move(client), url(), std::vector{Algorithm::kEs256}, times);
    }

  private:
    gateway::http::Router routes() {
        gateway::http::Router out;
        out.add(gateway::http::Method::kGet, "/.well-known/openid-configuration",
                [this](gateway::http::Request&) { return document(); }, {.name = "discovery"});
        out.add(gateway::http::Method::kGet, "/keys", [this](gateway::http::Request&) { return keys(); },
                {.name = "keys"});
        return out;
    }
    boost::asio::awaitable<gateway::http::Response> document() {
        const std::lock_guard lock(mutex_);
        const object out{{"issuer", issuer_.empty() ? url() : issuer_},
                         {"jwks_uri", jwks_uri_.empty() ? url() + "/keys" : jwks_uri_}};
        co_return gateway::http::json_response(status_, boost::json::serialize(out));
    }
    boost::asio::awaitable<gateway::http::Response> keys() {
        ++fetches_;
        const std::lock_guard lock(mutex_);
        co_return gateway::http::json_response(status_, keys_);
    }

    tests::CertificateAuthority authority_{"trusted"};
    tests::CertifiedKey identity_;
    std::mutex mutex_;
    std::string keys_;
    std::string issuer_;
    std::string jwks_uri_;
    std::atomic<unsigned> status_{200};
    std::atomic<int> fetches_{0};
    std::uint16_t port_ = 0;
    tests::RunningServer server_;
};

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
    const auto source = issuer.source();
    CHECK(source->current().error().code == policy::Code::kUnavailable);
    CHECK(issuer.fetches() == 0);
    CHECK(finds(*source, "k1"));
    CHECK(source->current().value()->find("k1") != nullptr);
}

TEST_CASE("A token under a new key makes the source look, though not for everybody who invents a kid") {
    IssuerServer issuer;
    const auto source = issuer.source({1h, 1h, 5s});
    CHECK(finds(*source, "k1"));
    for (int i = 0; i < 10; ++i) CHECK_FALSE(finds(*source, "invented-" + std::to_string(i)));
    CHECK(issuer.fetches() == 1);
    const auto eager = issuer.source();
    CHECK(finds(*eager, "k1"));
    issuer.publish({SigningKey::ec().jwk("k1", "ES256"), SigningKey::ec().jwk("k2", "ES256")});
    CHECK(finds(*eager, "k2"));
}

TEST_CASE("Many who need the keys at once share one fetch") {
    IssuerServer issuer;
    const auto source = issuer.source({1h, 1h, 5s});
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
    const auto source = issuer.source({0ms, 0ms, 5s});
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
    const auto source = issuer.source({1h, 0ms, 5s});
    for (int i = 0; i < 3; ++i) REQUIRE(reload(*source).has_value());
    CHECK(issuer.fetches() == 1);
}

TEST_CASE("After a reload of the configuration the keys that were fetched are still there") {
    IssuerServer issuer;
    const auto before = issuer.source();
    REQUIRE(finds(*before, "k1"));
    const auto after = issuer.source();
    after->inherit(*before);
    CHECK(after->current().value() == before->current().value());
    // Another list of algorithms would read the same document in another way.
    auto client = storage::net::HttpsClient::make({}).value();
    HttpsKeySource other(std::move(client), issuer.url(), {Algorithm::kRs256}, {});
    other.inherit(*before);
    CHECK(other.current().has_error());
}

}  // namespace
