#include "storage/net/url.hpp"

#include <catch2/catch.hpp>

using storage::net::parse_https;
using storage::net::percent_decoded;
using storage::net::percent_encoded;

TEST_CASE("An https address comes apart into host, port and target") {
    const auto plain = parse_https("https://Login.Example.org").value();
    CHECK(plain.host == "login.example.org");
    CHECK(plain.port == 443);
    CHECK(plain.target == "/");
    CHECK(plain.authority() == "login.example.org");
    const auto full = parse_https("https://login.example.org:8443/realms/a/token?x=%20y").value();
    CHECK(full.port == 8443);
    CHECK(full.target == "/realms/a/token?x=%20y");
    CHECK(full.authority() == "login.example.org:8443");
    CHECK(parse_https("https://[::1]:9443/x").value().authority() == "[::1]:9443");
    CHECK(parse_https("https://example.org?x=1").value().target == "/?x=1");
}

TEST_CASE("Everything but unreserved characters is encoded, byte by byte, and comes back") {
    CHECK(percent_encoded("AZaz09-._~") == "AZaz09-._~");
    CHECK(percent_encoded("a b&c=d/\xc3\xa9+%") == "a%20b%26c%3Dd%2F%C3%A9%2B%25");
    CHECK(percent_encoded("a b/\xC3\xBC%", "/") == "a%20b/%C3%BC%25");
    std::string all;
    for (int byte = 0; byte < 256; ++byte) all.push_back(static_cast<char>(byte));
    CHECK(percent_decoded(percent_encoded(all)) == all);
    CHECK(percent_decoded("a+%62%2f%2F") == "a+b//");
    for (const char* broken : {"%", "a%2", "%zz", "%-1", "%+1", "% 1"}) CHECK_FALSE(percent_decoded(broken));
}

TEST_CASE("What is no safe https address is refused, and not repeated in the refusal") {
    for (const auto* text :
         {"", "http://example.org/", "HTTP://example.org/", "//example.org/", "/path", "https://", "https:///path",
          "https://user:secret@example.org/", "https://example.org/#secret", "https://example.org:0/secret",
          "https://example.org:65536/secret", "https://example.org:port/secret", "https://example.org/a secret",
          "https://example.org/\nsecret", "https://exa\xC3\xA4mple.org/secret", "javascript:secret"}) {
        INFO(text);
        const auto parsed = parse_https(text);
        REQUIRE(parsed.has_error());
        CHECK(parsed.error().code == policy::Code::kInvalid);
        CHECK(parsed.error().what.find("secret") == std::string::npos);
    }
    CHECK(parse_https("https://example.org/" + std::string(2048, 'x')).has_error());
}
