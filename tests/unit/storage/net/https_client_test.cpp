#include "storage/net/https_client.hpp"

#include <catch2/catch.hpp>
#include <chrono>
#include <string>

#include "tests/support/run_loop.hpp"
#include "tests/support/tls_responder.hpp"

namespace {

using namespace std::chrono_literals;
using policy::Code;
using storage::net::HttpsClient;
using storage::net::Reply;
using storage::net::Request;
using tests::await;
using tests::CertificateAuthority;
using tests::CertifiedKey;
using tests::TlsResponder;

constexpr auto kClientGood =
    "HTTP/1.1 200 OK\r\nContent-Type: Application/JSON; charset=utf-8\r\nContent-Length: 2\r\n\r\n{}";

struct ClientSite {
    CertificateAuthority authority{"trusted"};
    CertifiedKey identity = authority.issue({"server", "serverAuth", "DNS:localhost"});
    std::unique_ptr<HttpsClient> client = HttpsClient::make({authority.own().certificate_pem, 1000}).value();

    policy::Result<Reply> ask(std::uint16_t port, std::chrono::milliseconds patience = 10s,
                              const std::string& target = "/keys?secret=1") const {
        Request request;
        request.url = {"localhost", port, target};
        return await(client->send(std::move(request), std::chrono::steady_clock::now() + patience));
    }
    policy::Result<Reply> answered_with(std::string answer) const {
        const TlsResponder responder(identity, std::move(answer));
        return ask(responder.port());
    }
};

}  // namespace

TEST_CASE("An answer comes with its status, media type and body") {
    const ClientSite site;
    const auto reply = site.answered_with(kClientGood).value();
    CHECK(reply.status == 200);
    CHECK(reply.media_type == "application/json");
    CHECK(reply.body == "{}");
    CHECK(site.answered_with("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n").value().status == 503);
    CHECK(site.answered_with("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
              .value()
              .body == "abcde");
}

TEST_CASE("A request goes out with its fields and body, for one connection") {
    const ClientSite site;
    const TlsResponder responder(site.identity, kClientGood);
    Request request;
    request.method = "POST";
    request.url = {"localhost", responder.port(), "/token"};
    request.fields = {{"Content-Type", "application/x-www-form-urlencoded"}};
    request.body = "code=1";
    REQUIRE(await(site.client->send(std::move(request), std::chrono::steady_clock::now() + 10s)).has_value());
    REQUIRE(responder.requests().size() == 1);
    const auto& sent = responder.requests()[0];
    CHECK(sent.starts_with("POST /token HTTP/1.1\r\n"));
    CHECK(sent.find("Host: localhost:" + std::to_string(responder.port()) + "\r\n") != std::string::npos);
    CHECK(sent.find("Content-Type: application/x-www-form-urlencoded\r\n") != std::string::npos);
    CHECK(sent.find("Connection: close\r\n") != std::string::npos);
    CHECK(sent.ends_with("\r\n\r\ncode=1"));
}

TEST_CASE("A redirect is an answer like any other: nobody is followed elsewhere") {
    const ClientSite site;
    CHECK(site.answered_with("HTTP/1.1 302 Found\r\nLocation: https://localhost/\r\nContent-Length: 0\r\n\r\n")
              .value()
              .status == 302);
}

TEST_CASE("Nobody is believed whose certificate does not prove the name that was asked for") {
    const ClientSite site;
    const CertificateAuthority other("other");
    for (const auto& identity : {site.authority.issue({"server", "serverAuth", "DNS:elsewhere.example"}),
                                 site.authority.issue({"localhost", "serverAuth", "IP:127.0.0.2"}),
                                 site.authority.issue({"server", "clientAuth", "DNS:localhost"}),
                                 site.authority.issue({"server", "serverAuth", "DNS:localhost", -3, -1}),
                                 other.issue({"server", "serverAuth", "DNS:localhost"})}) {
        const TlsResponder responder(identity, kClientGood);
        const auto reply = site.ask(responder.port());
        REQUIRE(reply.has_error());
        CHECK(reply.error().code == Code::kUnavailable);
        CHECK(responder.requests().empty());
    }
}

TEST_CASE("A host that is named by its address proves the address") {
    const ClientSite site;
    for (const auto* name : {"IP:127.0.0.1", "DNS:127.0.0.1"}) {
        const TlsResponder responder(site.authority.issue({"server", "serverAuth", name}), kClientGood);
        Request request;
        request.url = {"127.0.0.1", responder.port(), "/"};
        const auto reply = await(site.client->send(std::move(request), std::chrono::steady_clock::now() + 10s));
        CHECK(reply.has_value() == (std::string_view(name) == "IP:127.0.0.1"));
    }
}

TEST_CASE("Below TLS 1.3 nothing is asked") {
    const ClientSite site;
    const TlsResponder responder(site.identity, kClientGood, TlsResponder::kCloses, TLS1_2_VERSION);
    CHECK(site.ask(responder.port()).error().code == Code::kUnavailable);
    CHECK(responder.requests().empty());
}

TEST_CASE("What is no whole answer is none, and why is told without path and query") {
    const ClientSite site;
    const auto code = [&site](std::string answer) {
        const auto reply = site.answered_with(std::move(answer));
        REQUIRE(reply.has_error());
        CHECK(reply.error().what.starts_with("localhost: "));
        CHECK(reply.error().what.find("secret") == std::string::npos);
        CHECK(reply.error().what.find("keys") == std::string::npos);
        return reply.error().code;
    };
    CHECK(code("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab") == Code::kUnavailable);
    CHECK(code("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab") == Code::kUnavailable);
    CHECK(code("HTTP/1.1 200") == Code::kUnavailable);
    CHECK(code("") == Code::kUnavailable);
    CHECK(code("SSH-2.0-OpenSSH_9.2\r\n\r\n") == Code::kInvalid);
    CHECK(code("HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n" + std::string(1001, 'x')) == Code::kTooLarge);
    CHECK(code("HTTP/1.1 200 OK\r\n\r\n" + std::string(2000, 'x')) == Code::kTooLarge);
}

TEST_CASE("A request ends by its deadline, whatever the other side does") {
    const ClientSite site;
    for (const auto* answer : {"", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab"}) {
        const TlsResponder responder(site.identity, answer, TlsResponder::kHolds);
        CHECK(site.ask(responder.port(), 200ms).error().code == Code::kDeadline);
    }
}

TEST_CASE("Where nobody listens nothing is available") {
    const ClientSite site;
    std::uint16_t port = 0;
    {
        const TlsResponder responder(site.identity, kClientGood);
        port = responder.port();
    }
    CHECK(site.ask(port).error().code == Code::kUnavailable);
}

TEST_CASE("Authorities that cannot be read are refused before anything is asked") {
    CHECK(HttpsClient::make({"no certificate", 1000}).error().code == Code::kInvalid);
}
