// TLS 1.3 on a real socket: what is refused, and who the client turns out to be.
#include <catch2/catch.hpp>

#include <mutex>
#include <optional>

#include "storage/crypto/encoding.hpp"
#include "storage/crypto/sha256.hpp"
#include "tests/support/print_result.hpp"
#include "tests/unit/gateway/http/running_server.hpp"

namespace {

using namespace tests;
using boost::asio::awaitable;

std::string hex(std::span<const std::uint8_t> bytes) {
    return storage::crypto::to_hex(std::as_bytes(bytes));
}

std::string fingerprint(const CertifiedKey& key) {
    return storage::crypto::to_hex(storage::crypto::sha256(std::as_bytes(std::span(key.der))));
}

/// "none", or fingerprint, authority and subject.
awaitable<Response> whoami(Request& request) {
    const auto& peer = request.peer();
    std::string text = "none";
    if (peer.certificate)
        text = hex(peer.certificate->sha256) + " " + hex(peer.certificate->authority_sha256) + " " +
               peer.certificate->subject;
    if (!peer.secure) text = "clear";
    co_return text_response(200, "text/plain", std::move(text));
}

/// One authority for server and clients, as the demo has it, and a server that uses it.
struct Site {
    CertificateAuthority authority{"Site CA"};
    CertifiedKey server =
        authority.issue({.name = "gateway", .usage = "serverAuth", .alternative_name = "IP:127.0.0.1"});
    CertifiedKey client = authority.issue({.name = "pbx-1"});

    TlsOptions options() const { return {server.certificate_pem, server.key_pem, {authority.own().certificate_pem}}; }
    static Router router() {
        Router router = small_router();
        router.add(Method::kGet, "/whoami", whoami, {.name = "whoami"});
        return router;
    }
    std::string expected() const {
        return fingerprint(client) + " " + fingerprint(authority.own()) + " CN=pbx-1,O=Example";
    }
};

/// What /whoami says over a new connection; empty when the server refuses it.
std::string asked_over(HttpConnection& connection) {
    connection.send(get("/whoami"));
    return connection.receive().body;
}

TEST_CASE("A client with a certificate of a configured authority is known by it") {
    const Site site;
    RunningServer running(Site::router());
    const auto port = running.listen(site.options());
    const TlsClient client(site.authority.own(), &site.client);
    auto connection = HttpConnection::over_tls(port, client);
    REQUIRE(asked_over(connection) == site.expected());
    REQUIRE(SSL_version(connection.tls()) == TLS1_3_VERSION);
    REQUIRE(std::string(SSL_get_cipher_name(connection.tls())) == "TLS_AES_256_GCM_SHA384");
    REQUIRE(asked_over(connection) == site.expected());
}

TEST_CASE("A client without a certificate is let in and has none") {
    const Site site;
    RunningServer running(Site::router());
    const TlsClient client(site.authority.own());
    auto connection = HttpConnection::over_tls(running.listen(site.options()), client);
    REQUIRE(asked_over(connection) == "none");
}

TEST_CASE("TLS 1.2 is refused with an alert") {
    const Site site;
    RunningServer running(Site::router());
    const TlsClient client(site.authority.own(), &site.client, TLS1_2_VERSION);
    const auto connection = HttpConnection::over_tls(running.listen(site.options()), client);
    REQUIRE(connection.failure() == "tlsv1 alert protocol version");
    REQUIRE(running.tells("callvault_tls_failures_total 1"));
}

TEST_CASE("A certificate that is expired, not yet valid, of a stranger or for servers only is refused with an alert") {
    const Site site;
    const CertificateAuthority stranger("Stranger CA");
    const CertificateAuthority impostor("Site CA");  // the same name, another key
    RunningServer running(Site::router());
    const auto port = running.listen(site.options());
    struct Row {
        std::string what;
        CertifiedKey key;
        std::string alert;
    };
    const Row rows[] = {
        {"expired", site.authority.issue({.name = "old", .valid_from_in_days = -10, .valid_until_in_days = -1}),
         "sslv3 alert certificate expired"},
        {"not yet", site.authority.issue({.name = "new", .valid_from_in_days = 1, .valid_until_in_days = 10}),
         "sslv3 alert bad certificate"},
        {"stranger", stranger.issue({.name = "pbx-1"}), "tlsv1 alert unknown ca"},
        {"impostor", impostor.issue({.name = "pbx-1"}), "tlsv1 alert decrypt error"},
        {"server only", site.authority.issue({.name = "pbx-1", .usage = "serverAuth"}),
         "sslv3 alert unsupported certificate"},
        {"self-signed", stranger.own(), "tlsv1 alert unknown ca"}};
    for (const auto& row : rows) {
        INFO(row.what);
        const TlsClient client(site.authority.own(), &row.key);
        auto connection = HttpConnection::over_tls(port, client);
        REQUIRE(asked_over(connection).empty());
        CHECK(connection.failure() == row.alert);
    }
    REQUIRE(running.logs("tls.failed"));
    REQUIRE(running.log().find("Example") == std::string::npos);
}

TEST_CASE("A configured intermediate authority is an anchor by itself, and its siblings are strangers") {
    const Site site;
    const auto inner = site.authority.intermediate("Telephony CA");
    const auto sibling = site.authority.intermediate("Office CA");
    auto options = site.options();
    options.client_authorities_pem = {inner.own().certificate_pem};
    RunningServer running(Site::router());
    const auto port = running.listen(options);
    const auto ours = inner.issue({.name = "pbx-1"});
    const TlsClient client(site.authority.own(), &ours);
    auto connection = HttpConnection::over_tls(port, client);
    REQUIRE(asked_over(connection) == fingerprint(ours) + " " + fingerprint(inner.own()) + " CN=pbx-1,O=Example");
    const auto theirs = sibling.issue({.name = "pbx-1"});
    const TlsClient other(site.authority.own(), &theirs, TLS1_3_VERSION, &sibling);
    auto refused = HttpConnection::over_tls(port, other);
    REQUIRE(asked_over(refused).empty());
    const TlsClient root_issued(site.authority.own(), &site.client);
    auto above = HttpConnection::over_tls(port, root_issued);
    REQUIRE(asked_over(above).empty());
}

TEST_CASE("A resumed session has the same client and the same authority, over and over") {
    const Site site;
    RunningServer running(Site::router());
    const auto port = running.listen(site.options());
    const TlsClient client(site.authority.own(), &site.client);
    {
        auto first = HttpConnection::over_tls(port, client);
        REQUIRE(asked_over(first) == site.expected());
        REQUIRE_FALSE(first.resumed());
    }
    for (int i = 0; i < 3; ++i) {
        REQUIRE(client.session() != nullptr);
        auto again = HttpConnection::over_tls(port, client, client.session());
        REQUIRE(asked_over(again) == site.expected());
        REQUIRE(again.resumed());
    }
}

TEST_CASE("A resumed session without a certificate has none") {
    const Site site;
    RunningServer running(Site::router());
    const auto port = running.listen(site.options());
    const TlsClient nobody(site.authority.own());
    {
        auto first = HttpConnection::over_tls(port, nobody);
        REQUIRE(asked_over(first) == "none");
    }
    auto again = HttpConnection::over_tls(port, nobody, nobody.session());
    REQUIRE(asked_over(again) == "none");
    REQUIRE(again.resumed());
}

TEST_CASE("After a reload with other authorities an old ticket is worth nothing, and old clients are refused") {
    const Site site;
    const CertificateAuthority other("Other CA");
    RunningServer running(Site::router());
    const auto port = running.listen(site.options());
    const TlsClient client(site.authority.own(), &site.client);
    auto before = HttpConnection::over_tls(port, client);
    REQUIRE(asked_over(before) == site.expected());
    auto options = site.options();
    options.client_authorities_pem = {other.own().certificate_pem};
    REQUIRE(running.server().reload_tls(options));
    auto after = HttpConnection::over_tls(port, client, client.session());
    REQUIRE(asked_over(after).empty());
    REQUIRE(asked_over(before) == site.expected());  // established connections keep theirs
    const auto theirs = other.issue({.name = "pbx-2"});
    const TlsClient welcome(site.authority.own(), &theirs);
    auto fresh = HttpConnection::over_tls(port, welcome);
    REQUIRE(asked_over(fresh).find("CN=pbx-2") != std::string::npos);
}

TEST_CASE("A certificate or key that is no good is refused before anything listens") {
    const Site site;
    RunningServer running(Site::router());
    const auto told = [&](const TlsOptions& options) {
        const auto port = running.server().listen_tls("127.0.0.1", 0, options);
        REQUIRE(port.has_error());
        REQUIRE(port.error().code == policy::Code::kInvalid);
        REQUIRE(port.error().what.find("PRIVATE") == std::string::npos);
        return port.error().what;
    };
    const auto good = site.options();
    REQUIRE_THAT(told({"", good.private_key_pem, good.client_authorities_pem}),
                 Catch::StartsWith("the server certificate"));
    REQUIRE_THAT(told({good.certificate_chain_pem, "x", good.client_authorities_pem}),
                 Catch::StartsWith("the server's private key"));
    REQUIRE(told({good.certificate_chain_pem, site.client.key_pem, good.client_authorities_pem}).find("key") !=
            std::string::npos);
    REQUIRE_THAT(told({good.certificate_chain_pem, good.private_key_pem, {"junk"}}),
                 Catch::StartsWith("a client authority"));
    REQUIRE(running.server().listen_tls("gateway.example", 0, good).has_error());
    REQUIRE(running.server().reload_tls({}).has_error());
}

TEST_CASE("A handshake that does not go on is given up") {
    const Site site;
    auto limits = quick_limits();
    limits.handshake_time = 200ms;
    RunningServer running(Site::router(), limits);
    auto silent = HttpConnection::to_port(running.listen(site.options()));
    REQUIRE(silent.closes());
}

TEST_CASE("Clear text on the TLS port and a protocol that is not HTTP/1.1 are refused") {
    const Site site;
    RunningServer running(Site::router());
    const auto port = running.listen(site.options());
    auto clear = HttpConnection::to_port(port);
    clear.send(get("/whoami"));
    REQUIRE(clear.receive().status == 0);
    const TlsClient client(site.authority.own(), &site.client);
    SSL_CTX_set_alpn_protos(client.context(), reinterpret_cast<const unsigned char*>("\x02h2"), 3);
    const auto h2 = HttpConnection::over_tls(port, client);
    REQUIRE(h2.failure() == "tlsv1 alert no application protocol");
    const TlsClient both(site.authority.own(), &site.client);
    SSL_CTX_set_alpn_protos(both.context(), reinterpret_cast<const unsigned char*>("\x02h2\x08http/1.1"), 12);
    auto fine = HttpConnection::over_tls(port, both);
    REQUIRE(asked_over(fine) == site.expected());
}

TEST_CASE("Large bodies and answers go through TLS unchanged, and the closing message is sent") {
    const Site site;
    RunningServer running(Site::router());
    const TlsClient client(site.authority.own(), &site.client);
    auto connection = HttpConnection::over_tls(running.listen(site.options()), client);
    connection.send(post("/count", "Content-Length: 100000\r\n", std::string(100'000, 'x')) +
                    get("/hello", "Connection: close\r\n"));
    REQUIRE(connection.receive().body == "100000");
    REQUIRE(connection.receive().body == "hello /hello");
    REQUIRE(connection.closes());
    REQUIRE((SSL_get_shutdown(connection.tls()) & SSL_RECEIVED_SHUTDOWN) != 0);
    REQUIRE(connection.failure().empty());
}

TEST_CASE("Clear text is served on loopback only, and says that it is clear") {
    RunningServer running(Site::router());
    REQUIRE(running.server().listen_clear("0.0.0.0", 0).error().code == policy::Code::kInvalid);
    auto connection = HttpConnection::to_port(running.listen());
    REQUIRE(asked_over(connection) == "clear");
}

}  // namespace
