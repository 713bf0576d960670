#include "storage/crypto/hkdf.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <catch2/catch.hpp>

#include "tests/support/public_vectors.hpp"

namespace {

using namespace storage::crypto;
using tests::hex;
using tests::hex_field;

TEST_CASE("HKDF-SHA512 gives the result of the project's own vector") {
    const auto key = SecretBytes::copy_of(hex("24aeff2645e3e0f5494a9a102778c43a"));
    const auto expected = SecretBytes::copy_of(hex("dd2599840b09699c6200b5cba79002b3aa75c61b"));
    REQUIRE(SecretBytes::equal(hkdf_sha512(key, {}, {}, 20).value(), expected));
}

TEST_CASE("HKDF-SHA512 agrees with every public vector") {
    const auto file = tests::public_vectors("hkdf_sha512_test.json");
    if (!file) return;
    int count = 0;
    for (const auto& group : file->at("testGroups").as_array()) {
        for (const auto& test : group.at("tests").as_array()) {
            INFO("tcId " << test.at("tcId").as_int64());
            const auto& fields = test.as_object();
            const auto key = SecretBytes::copy_of(hex_field(fields, "ikm"));
            const auto size = static_cast<std::size_t>(fields.at("size").as_int64());
            const auto derived = hkdf_sha512(key, hex_field(fields, "salt"), hex_field(fields, "info"), size);
            REQUIRE(derived.has_value() == (fields.at("result").as_string() == "valid"));
            if (derived) REQUIRE(SecretBytes::equal(*derived, SecretBytes::copy_of(hex_field(fields, "okm"))));
            ++count;
        }
    }
    REQUIRE(count == file->at("numberOfTests").as_int64());
}

TEST_CASE("Keys derived under distinct labels differ and repeat for the same label") {
    const Key256 key = Key256::random();
    REQUIRE(Key256::equal(derive_key(key, bytes_of("a")), derive_key(key, bytes_of("a"))));
    REQUIRE_FALSE(Key256::equal(derive_key(key, bytes_of("a")), derive_key(key, bytes_of("b"))));
    REQUIRE_FALSE(Key256::equal(derive_key(key, bytes_of("a")), key));
}

TEST_CASE("HKDF-SHA512 refuses sizes that it cannot give") {
    REQUIRE_FALSE(hkdf_expand_sha512(hex("00"), {}, 0).has_value());
    REQUIRE_FALSE(hkdf_expand_sha512(hex("00"), {}, 255 * 64 + 1).has_value());
    REQUIRE(hkdf_expand_sha512(hex("00"), {}, 255 * 64).value().size() == 16320);
}

}  // namespace
