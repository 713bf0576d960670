#include <zlib.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <catch2/catch.hpp>
#include <string>

#include "storage/crypto/hkdf.hpp"
#include "storage/crypto/object_keys.hpp"
#include "tests/support/public_vectors.hpp"
#include "tests/support/sealed_object_access.hpp"

namespace {

using namespace storage::crypto;
using tests::hex;
using tests::hex_field;

Bytes inflate(const Bytes& compressed) {
    Bytes out(std::size_t{8} << 20U);
    uLongf size = out.size();
    REQUIRE(::uncompress(reinterpret_cast<Bytef*>(out.data()), &size, reinterpret_cast<const Bytef*>(compressed.data()),
                         compressed.size()) == Z_OK);
    out.resize(size);
    return out;
}

std::string sha512_hex(const Bytes& bytes) {
    std::array<unsigned char, 64> digest{};
    REQUIRE(EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha512(), nullptr) == 1);
    std::string text;
    for (const unsigned char byte : digest) {
        text.push_back("0123456789abcdef"[byte >> 4U]);
        text.push_back("0123456789abcdef"[byte & 15U]);
    }
    return text;
}

struct Reading {
    Bytes plain;             // what was released, chunk after chunk, until the first failure
    bool header = false;     // the header was taken
    bool size_told = false;  // the last chunk authenticated the size
    bool complete = false;
};

/// Opens chunk after chunk as a reader of a stream would; checks that a failed opener keeps failing.
Reading read_object(const Key256& key, const Bytes& context, const Bytes& object) {
    Reading reading;
    auto opener = OpenerTestAccess::with(key, context, object, object.size());
    if (!opener) {
        REQUIRE(opener.error().code == policy::Code::kCorrupt);
        return reading;
    }
    reading.header = true;
    const SealedSize size = opener->size();
    auto for_size = OpenerTestAccess::with(key, context, object, object.size());
    const auto last = std::span(object).subspan(size.last_chunk_offset);
    reading.size_told = for_size->authenticate_size(last).has_value();
    REQUIRE(for_size->plain_size().has_value() == reading.size_told);
    for (std::uint64_t index = 0; index < size.chunks; ++index) {
        const auto sealed = std::span(object).subspan(size.chunk_offset(index), size.chunk_size(index));
        Bytes plain(sealed.size() - kSealTagBytes, std::byte{0xEE});
        if (!opener->open(index, sealed, plain)) {
            REQUIRE(plain == Bytes(plain.size()));
            for (const std::uint64_t again : {std::uint64_t{0}, index, size.chunks - 1}) {
                const auto chunk = std::span(object).subspan(size.chunk_offset(again), size.chunk_size(again));
                Bytes out(kPlainChunkBytes);
                REQUIRE(opener->open(again, chunk, out).error().code == policy::Code::kCorrupt);
                REQUIRE(out == Bytes(out.size()));
            }
            REQUIRE_FALSE(opener->plain_size().has_value());
            return reading;
        }
        append(reading.plain, plain);
    }
    reading.complete = true;
    REQUIRE(opener->plain_size() == reading.plain.size());
    return reading;
}

bool flagged(const boost::json::object& test, std::string_view flag) {
    const auto& flags = test.at("flags").as_array();
    return std::any_of(flags.begin(), flags.end(), [&](const auto& one) { return one.as_string() == flag; });
}

void check_derived(const boost::json::object& test, const Key256& key, const Bytes& context, const Bytes& object) {
    const auto keys = derive_object_keys(key, std::span(object).first<kSealSaltBytes>(), context);
    REQUIRE(Key256::equal(keys.key, Key256::copy_of(hex_field(test, "aeadKey")).value()));
    REQUIRE(std::ranges::equal(keys.base_nonce, hex_field(test, "baseNonce")));
}

/// Sealed again under the same salt, in uneven pieces, the plaintext gives the vector's very bytes.
void check_sealing(const Key256& key, const Bytes& context, const Bytes& object, const Bytes& plain) {
    Sealer sealer = SealerTestAccess::with(key, context, std::span(object).first<kSealSaltBytes>());
    Bytes sealed;
    append(sealed, sealer.header());
    std::size_t piece = 1;
    for (std::size_t at = 0; at < plain.size(); piece = piece * 3 + 1) {
        const std::size_t size = std::min(std::min(piece, std::size_t{100000}), plain.size() - at);
        Bytes out(Sealer::bound(size));
        out.resize(sealer.seal(std::span(plain).subspan(at, size), out));
        append(sealed, out);
        at += size;
    }
    Bytes tag(kSealTagBytes);
    REQUIRE(sealer.finish(tag) == tag.size());
    append(sealed, tag);
    REQUIRE((sealed == object));
}

void check(const boost::json::object& test) {
    const Bytes object = inflate(hex_field(test, "ct"));
    const Bytes context = hex_field(test, "ctx");
    const auto key = Key256::copy_of(hex_field(test, "key"));
    if (flagged(test, "InvalidKeySize")) {
        REQUIRE_FALSE(key.has_value());
        return;
    }
    const bool valid = test.at("result").as_string() == "valid";
    const Reading reading = read_object(key.value(), context, object);
    REQUIRE(reading.complete == valid);
    if (flagged(test, "HeaderFailure")) REQUIRE_FALSE(reading.header);
    if (!valid && !flagged(test, "ValidFinalChunk")) REQUIRE_FALSE(reading.size_told);
    if (!valid && flagged(test, "ValidFinalChunk")) REQUIRE(reading.size_told);
    const std::size_t allowed =
        test.contains("msgLength") ? static_cast<std::size_t>(test.at("msgLength").as_int64()) : 0;
    REQUIRE(reading.plain.size() <= allowed);
    if (reading.plain.size() == allowed && test.contains("msgSha512")) {
        REQUIRE(sha512_hex(reading.plain) == std::string_view(test.at("msgSha512").as_string()));
    }
    if (test.contains("aeadKey")) check_derived(test, *key, context, object);
    if (valid) {
        REQUIRE(reading.plain.size() == allowed);
        check_sealing(*key, context, object, reading.plain);
    }
}

TEST_CASE("A short object of the public set opens to its seven bytes") {
    const Key256 key = Key256::copy_of(hex("59454c4c4f57205355424d4152494e452059454c4c4f57205355424d4152494e")).value();
    const Bytes object = inflate(hex(
        "78da004f00b0ffa1a1b56f6db58cd1ede0c5c9db62aef20d3f96a6c594bb9252bb38122de91236502b42a1d7fcab820ffa292940d2f8"
        "6add212cfa42c38df19d3cc9139ee61a5990d3db57433514229beea49a8a72bd010000ffffdb4f2a44"));
    const Reading reading = read_object(key, {}, object);
    REQUIRE(reading.complete);
    REQUIRE(reading.plain.size() == 7);
    check_sealing(key, {}, object, reading.plain);
}

TEST_CASE("Sealed objects agree with every public vector") {
    const auto file = tests::public_vectors("c2sp_chunked_encryption_aes_256_gcm_test.json");
    if (!file) return;
    int count = 0;
    for (const auto& group : file->at("testGroups").as_array()) {
        for (const auto& test : group.at("tests").as_array()) {
            INFO("tcId " << test.at("tcId").as_int64() << ": " << test.at("comment").as_string().c_str());
            check(test.as_object());
            ++count;
        }
    }
    REQUIRE(count == 35);
}

}  // namespace
