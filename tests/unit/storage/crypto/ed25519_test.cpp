#include "storage/crypto/ed25519.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <catch2/catch.hpp>

#include "tests/support/public_vectors.hpp"

namespace {

using namespace storage::crypto;
using tests::hex;

PublicKey public_key_of(const Bytes& bytes) {
    PublicKey key{};
    REQUIRE(bytes.size() == key.size());
    std::ranges::copy(bytes, key.begin());
    return key;
}

TEST_CASE("Ed25519 signs as in RFC 8032, test 2") {
    const SigningKey key(
        Key256::copy_of(hex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")).value());
    REQUIRE(
        std::ranges::equal(key.public_key(), hex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")));
    const Signature signature = key.sign(hex("72"));
    REQUIRE(std::ranges::equal(signature, hex("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                                              "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")));
    REQUIRE(verify(key.public_key(), hex("72"), signature));
    REQUIRE_FALSE(verify(key.public_key(), hex("73"), signature));
}

TEST_CASE("Ed25519 agrees with every public vector") {
    const auto file = tests::public_vectors("ed25519_test.json");
    if (!file) return;
    int count = 0;
    for (const auto& group : file->at("testGroups").as_array()) {
        const PublicKey key = public_key_of(tests::hex_field(group.at("publicKey").as_object(), "pk"));
        for (const auto& test : group.at("tests").as_array()) {
            INFO("tcId " << test.at("tcId").as_int64());
            const auto message = tests::hex_field(test.as_object(), "msg");
            const auto signature = tests::hex_field(test.as_object(), "sig");
            REQUIRE(verify(key, message, signature) == (test.at("result").as_string() == "valid"));
            ++count;
        }
    }
    REQUIRE(count == file->at("numberOfTests").as_int64());
}

TEST_CASE("An empty message is signed and a public key that is no point verifies nothing") {
    const SigningKey key(Key256::random());
    REQUIRE(verify(key.public_key(), {}, key.sign({})));
    PublicKey bad{};
    bad.fill(std::byte{0xFF});
    REQUIRE_FALSE(verify(bad, {}, key.sign({})));
    REQUIRE_FALSE(verify(key.public_key(), {}, {}));
}

}  // namespace
