#include "storage/crypto/aead.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <catch2/catch.hpp>

#include "storage/crypto/aead_message.hpp"
#include "tests/support/public_vectors.hpp"

namespace {

using namespace storage::crypto;
using policy::Code;
using tests::hex;
using tests::hex_field;

struct Vector {
    Bytes key, nonce, associated, plain, sealed;
    bool valid;
};

Vector read(const boost::json::object& test) {
    Vector vector{hex_field(test, "key"), hex_field(test, "iv"), hex_field(test, "aad"),
                  hex_field(test, "msg"), hex_field(test, "ct"), test.at("result").as_string() == "valid"};
    append(vector.sealed, hex_field(test, "tag"));
    return vector;
}

void check(const Vector& vector) {
    const Key256 key = Key256::copy_of(vector.key).value();
    REQUIRE(vector.nonce.size() == kAeadNonceBytes);
    AeadNonce nonce{};
    std::copy(vector.nonce.begin(), vector.nonce.end(), nonce.begin());
    Bytes opened(vector.sealed.size() - kAeadTagBytes);
    REQUIRE(aead_decrypt(key, nonce, vector.sealed, vector.associated, opened) == vector.valid);
    if (!vector.valid) {
        REQUIRE(opened == Bytes(opened.size()));
        return;
    }
    REQUIRE(opened == vector.plain);
    Bytes sealed(vector.plain.size() + kAeadTagBytes);
    aead_encrypt(key, nonce, vector.plain, vector.associated, sealed.data());
    REQUIRE(sealed == vector.sealed);
}

TEST_CASE("AES-256-GCM gives the results of the project's own vector") {
    check({hex("92ace3e348cd821092cd921aa3546374299ab46209691bc28b8752d17f123c20"), hex("00112233445566778899aabb"),
           hex("00000000ffffffff"), hex("00010203040506070809"),
           hex("e27abdd2d2a53d2f136b9a4a2579529301bcfb71c78d4060f52c"), true});
}

TEST_CASE("AES-256-GCM agrees with every public vector") {
    const auto file = tests::public_vectors("aes_256_gcm_test.json");
    if (!file) return;
    int count = 0;
    for (const auto& group : file->at("testGroups").as_array()) {
        for (const auto& test : group.at("tests").as_array()) {
            INFO("tcId " << test.at("tcId").as_int64());
            check(read(test.as_object()));
            ++count;
        }
    }
    REQUIRE(count == file->at("numberOfTests").as_int64());
}

TEST_CASE("A sealed message opens with its key and associated data and with no other") {
    const Key256 key = Key256::random();
    const Bytes plain = hex("00ff10");
    const Bytes sealed = aead_seal(key, plain, bytes_of("row 1"));
    REQUIRE(sealed.size() == plain.size() + kAeadOverheadBytes);
    const auto opened = aead_open(key, sealed, bytes_of("row 1"));
    REQUIRE(SecretBytes::equal(opened.value(), SecretBytes::copy_of(plain)));
    REQUIRE(aead_open(key, sealed, bytes_of("row 2")).error().code == Code::kCorrupt);
    REQUIRE(aead_open(Key256::random(), sealed, bytes_of("row 1")).error().code == Code::kCorrupt);
}

TEST_CASE("A sealed message that was changed at any byte or cut at any length does not open") {
    const Key256 key = Key256::random();
    const Bytes sealed = aead_seal(key, bytes_of("four"), {});
    for (std::size_t i = 0; i < sealed.size(); ++i) {
        Bytes changed = sealed;
        changed[i] ^= std::byte{1};
        REQUIRE(aead_open(key, changed, {}).error().code == Code::kCorrupt);
        REQUIRE(aead_open(key, std::span(sealed).first(i), {}).error().code == Code::kCorrupt);
    }
}

TEST_CASE("An empty message seals and opens") {
    const Key256 key = Key256::random();
    REQUIRE(aead_open(key, aead_seal(key, {}, {}), {}).value().empty());
}

}  // namespace
