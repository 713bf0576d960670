#include "storage/crypto/encoding.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "storage/crypto/random.hpp"

namespace {

using namespace storage::crypto;

TEST_CASE("Encodings write what RFC 4648 says") {
    const std::pair<std::string_view, std::string_view> expected[] = {
        {"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="}};
    for (const auto& [plain, text] : expected) {
        REQUIRE(to_base64(bytes_of(plain)) == text);
        REQUIRE(text_of(from_base64(text).value()) == plain);
    }
    REQUIRE(to_base64url(bytes_of("\xfb\xff")) == "-_8");
    REQUIRE(to_base64(bytes_of("\xfb\xff")) == "+/8=");
    REQUIRE(to_hex(bytes_of("\x01\xaf")) == "01af");
}

TEST_CASE("Random bytes of every length come back from each encoding") {
    for (std::size_t size = 0; size < 70; ++size) {
        Bytes bytes(size);
        fill_random(bytes);
        REQUIRE(from_hex(to_hex(bytes)) == bytes);
        REQUIRE(from_base64(to_base64(bytes)) == bytes);
        REQUIRE(from_base64url(to_base64url(bytes)) == bytes);
    }
}

TEST_CASE("Decoding takes nothing that encoding would not have written") {
    for (const auto* const text : {"0", "0G", "AF", " 00", "00\n", "0x"}) REQUIRE_FALSE(from_hex(text).has_value());
    for (const auto* const text :
         {"Zg", "Zg=", "Zh==", "Zm9=", "=", "====", "Zg==Zg==", "Z=g=", "Zm9v\n", "-_8=", "A"}) {
        INFO(text);
        REQUIRE_FALSE(from_base64(text).has_value());
    }
    for (const auto* const text : {"Zg==", "Zh", "+/8", "A", "Zm 9"}) {
        INFO(text);
        REQUIRE_FALSE(from_base64url(text).has_value());
    }
}

TEST_CASE("A line is taken only when a newline ends it") {
    std::string_view text = "one\n\nlast";
    CHECK(take_line(text) == "one");
    CHECK(take_line(text) == "");
    CHECK(take_line(text) == std::nullopt);
    CHECK(text == "last");
}

}  // namespace
