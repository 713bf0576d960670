#pragma once

#include <atomic>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <memory>
#include <mutex>
#include <string>

#include "storage/net/https_client.hpp"
#include "tests/support/certificate_maker.hpp"
#include "tests/support/token_maker.hpp"
#include "tests/unit/gateway/http/running_server.hpp"

namespace tests {

using boost::json::array;
using boost::json::object;

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

    int discoveries() const { return discoveries_; }
    /// What the token endpoint was sent: its Authorization field, and the form.
    std::string authorization() {
        const std::lock_guard lock(mutex_);
        return authorization_;
    }
    std::string form() {
        const std::lock_guard lock(mutex_);
        return form_;
    }
    /// What the token endpoint answers from now on.
    void grant(unsigned status, std::string body) {
        const std::lock_guard lock(mutex_);
        token_status_ = status;
        token_answer_ = std::move(body);
    }

    std::shared_ptr<const storage::net::HttpsClient> client() const {
        return storage::net::HttpsClient::make({authority_.own().certificate_pem}).value();
    }

  private:
    gateway::http::Router routes() {
        gateway::http::Router out;
        out.add(gateway::http::Method::kGet, "/.well-known/openid-configuration",
                [this](gateway::http::Request&) { return document(); }, {.name = "discovery"});
        out.add(gateway::http::Method::kGet, "/keys", [this](gateway::http::Request&) { return keys(); },
                {.name = "keys"});
        out.add(gateway::http::Method::kPost, "/token",
                [this](gateway::http::Request& request) { return token(request); }, {.name = "token"});
        return out;
    }
    boost::asio::awaitable<gateway::http::Response> document() {
        const std::lock_guard lock(mutex_);
        ++discoveries_;
        const object out{{"issuer", issuer_.empty() ? url() : issuer_},
                         {"jwks_uri", jwks_uri_.empty() ? url() + "/keys" : jwks_uri_},
                         {"authorization_endpoint", url() + "/auth?tenant=1"},
                         {"token_endpoint", url() + "/token"},
                         {"end_session_endpoint", url() + "/out"}};
        co_return gateway::http::json_response(status_, boost::json::serialize(out));
    }
    boost::asio::awaitable<gateway::http::Response> keys() {
        ++fetches_;
        const std::lock_guard lock(mutex_);
        co_return gateway::http::json_response(status_, keys_);
    }
    boost::asio::awaitable<gateway::http::Response> token(gateway::http::Request& request) {
        auto form = co_await request.body().read_all(4096);
        const std::lock_guard lock(mutex_);
        authorization_ = std::string(request.header("authorization").value_or(""));
        form_ = form.value();
        co_return gateway::http::json_response(token_status_, token_answer_);
    }

    CertificateAuthority authority_{"trusted"};
    CertifiedKey identity_;
    std::mutex mutex_;
    std::string keys_;
    std::string issuer_;
    std::string jwks_uri_;
    std::atomic<unsigned> status_{200};
    std::atomic<int> fetches_{0};
    std::atomic<int> discoveries_{0};
    unsigned token_status_ = 200;
    std::string token_answer_;
    std::string authorization_;
    std::string form_;
    std::uint16_t port_ = 0;
    RunningServer server_;
};

}  // namespace tests
