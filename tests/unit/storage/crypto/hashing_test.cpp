#include <algorithm>
#include <catch2/catch.hpp>

#include "storage/crypto/encoding.hpp"
#include "storage/crypto/hmac.hpp"
#include "storage/crypto/sha256.hpp"
#include "tests/support/public_vectors.hpp"

namespace {

using namespace storage::crypto;

TEST_CASE("SHA-256 gives the digests of FIPS 180") {
    REQUIRE(to_hex(sha256({})) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    REQUIRE(to_hex(sha256(bytes_of("abc"))) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_CASE("SHA-256 of pieces is that of the whole, and the object starts anew") {
    Sha256 hash;
    hash.update(bytes_of("a"));
    hash.update({});
    hash.update(bytes_of("bc"));
    REQUIRE(hash.finish() == sha256(bytes_of("abc")));
    REQUIRE(hash.finish() == sha256({}));
}

TEST_CASE("HMAC-SHA256 tells keys and messages apart and equals a known value") {
    Bytes key(20, std::byte{0x0b});  // RFC 4231 case 1: HMAC pads the key with zeroes, so 32 bytes give the same
    key.resize(32);
    REQUIRE(to_hex(hmac_sha256(Key256::copy_of(key).value(), bytes_of("Hi There"))) ==
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    const Key256 other = Key256::random();
    REQUIRE(hmac_sha256(other, bytes_of("a")) == hmac_sha256(other, bytes_of("a")));
    REQUIRE(hmac_sha256(other, bytes_of("a")) != hmac_sha256(other, {}));
}

}  // namespace
