#include "gateway/http/content_digest.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "storage/crypto/bytes.hpp"
#include "storage/crypto/sha256.hpp"
#include "tests/support/print_result.hpp"

namespace {

using gateway::http::format_sha256_digest;
using gateway::http::parse_content_digest;

const std::string kEmpty = "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:";
const std::string kEmpty512 =
    "sha-512=:z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==:";

std::array<std::uint8_t, 32> sha256_of(std::string_view text) {
    std::array<std::uint8_t, 32> out{};
    const auto digest = storage::crypto::sha256(storage::crypto::bytes_of(text));
    std::transform(digest.begin(), digest.end(), out.begin(),
                   [](std::byte b) { return std::to_integer<std::uint8_t>(b); });
    return out;
}

TEST_CASE("The digest of the empty body is read and written") {
    const auto digest = parse_content_digest(kEmpty);
    REQUIRE(digest);
    REQUIRE(digest->sha256 == sha256_of(""));
    REQUIRE_FALSE(digest->sha512);
    REQUIRE(format_sha256_digest(sha256_of("")) == kEmpty);
}

TEST_CASE("What is written is what is read") {
    for (const auto* text : {"", "a", "ab", "abc", "a longer one"}) {
        REQUIRE(parse_content_digest(format_sha256_digest(sha256_of(text)))->sha256 == sha256_of(text));
    }
}

TEST_CASE("Both algorithms may stand together, and others are read over") {
    const auto digest = parse_content_digest(" md5=:AAAA:,\t" + kEmpty512 + " , " + kEmpty + " ");
    REQUIRE(digest);
    REQUIRE(digest->sha256);
    REQUIRE(digest->sha512);
    REQUIRE(digest->sha512->front() == 0xCF);
    const auto none = parse_content_digest("unixsum=:Ag==:");
    REQUIRE(none);
    REQUIRE_FALSE(none->sha256);
}

TEST_CASE("Anything but a dictionary of byte sequences of the right length is refused") {
    const std::string short_one = "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuA==:";
    const std::string spare_bits = "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=:";
    const std::string url_letters = "sha-256=:47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU=:";
    const std::string unpadded = "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU:";
    const std::string padded_inside = "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3h=uFU=:";
    for (const auto& field : {std::string(), std::string("sha-256"), std::string("sha-256="), std::string("sha-256=:"),
                              std::string("sha-256=::"), std::string("=:AA==:"),
                              std::string("SHA-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:"),
                              std::string("sha-256=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="), short_one,
                              spare_bits, url_letters, unpadded, padded_inside, kEmpty + ",", kEmpty + "," + kEmpty,
                              kEmpty + ";a=1", kEmpty + " x", "," + kEmpty, kEmpty512.substr(0, 60) + ":"}) {
        INFO(field);
        REQUIRE(parse_content_digest(field).has_error());
        REQUIRE(parse_content_digest(field).error().code == policy::Code::kInvalid);
    }
}

}  // namespace
