#include <algorithm>
#include <catch2/catch.hpp>

#include "storage/crypto/encoding.hpp"
#include "storage/crypto/hmac.hpp"
#include "storage/crypto/md5.hpp"
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

TEST_CASE("HMAC-SHA256 takes keys of any length") {
    const SecretBytes jefe = SecretBytes::copy_of(bytes_of("Jefe"));  // RFC 4231 case 2
    REQUIRE(to_hex(hmac_sha256(jefe, bytes_of("what do ya want for nothing?"))) ==
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST_CASE("MD5 gives the digests of RFC 1321") {
    REQUIRE(to_hex(md5({})) == "d41d8cd98f00b204e9800998ecf8427e");
    REQUIRE(to_hex(md5(bytes_of("message digest"))) == "f96b697d7cb7938d525a2f31aaf161d0");
}

}  // namespace
