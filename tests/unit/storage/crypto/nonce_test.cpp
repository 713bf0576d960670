#include <array>
#include <catch2/catch.hpp>
#include <random>
#include <set>

#include "storage/crypto/object_keys.hpp"
#include "storage/crypto/random.hpp"
#include "tests/support/nonce_ledger.hpp"
#include "tests/support/sealed_object_access.hpp"

namespace {

using namespace storage::crypto;

/// Seals up to `until` bytes of `plain` in pieces; ends the object only when it got to the end.
void upload(const Key256& key, const SealContext& context, const Bytes& plain, std::size_t until, std::mt19937& dice) {
    Sealer sealer(key, context);
    std::uniform_int_distribution<std::size_t> pieces(1, 40000);
    Bytes out;
    for (std::size_t at = 0; at < until;) {
        const std::size_t piece = std::min(pieces(dice), until - at);
        out.resize(Sealer::bound(piece));
        sealer.seal(std::span(plain).subspan(at, piece), out);
        at += piece;
    }
    std::array<std::byte, kSealTagBytes> tag{};
    if (until == plain.size()) sealer.finish(tag);
}

TEST_CASE("No key and nonce pair repeats over uploads that end, are cut off and start again") {
    const unsigned seed = std::random_device{}();
    INFO("seed " << seed);
    std::mt19937 dice(seed);
    const std::size_t before = tests::nonce_ledger().seals();
    std::size_t expected = 0;
    Bytes plain(100000);
    fill_random(plain);
    for (int call = 0; call < 40; ++call) {
        const Key256 key = Key256::random();
        SealContext context{random_id<policy::RecordingId>(), "original", 0, true};
        std::uniform_int_distribution<std::size_t> cuts(0, plain.size() - 1);
        for (int attempt = 0; attempt < 5;
             ++attempt) {  // the same bytes under the same key, cut anywhere, then other bytes
            const std::size_t cut = cuts(dice);
            upload(key, context, plain, cut, dice);
            expected += cut / kPlainChunkBytes + 1;
            plain[cut] ^= std::byte{1};
        }
        upload(key, context, plain, plain.size(), dice);
        context.rendition = "peaks";
        upload(key, context, plain, plain.size(), dice);
        expected += 2 * (plain.size() / kPlainChunkBytes + 1);
    }
    REQUIRE(tests::nonce_ledger().seals() - before == expected);
    REQUIRE(tests::nonce_ledger().repeats() == 0);
}

TEST_CASE("The ledger sees a repeat where there is one: two objects under one salt") {
    tests::NonceLedger ledger;
    const Key256 key = Key256::random();
    const std::array<std::byte, kSealSaltBytes> salt{};
    const Sealer first = SealerTestAccess::seen_by(ledger, key, salt);
    REQUIRE(ledger.repeats() == 0);
    const Sealer second = SealerTestAccess::seen_by(ledger, key, salt);
    REQUIRE(ledger.repeats() == 1);
}

TEST_CASE("The nonces of chunks differ over the whole counter and wrap into no neighbour") {
    AeadNonce base{};
    base.fill(std::byte{0xFF});
    const ObjectNonces nonces(base);
    std::set<AeadNonce> seen;
    for (std::uint64_t bit = 0; bit < 64; ++bit) seen.insert(nonces.of_chunk(std::uint64_t{1} << bit));
    for (std::uint64_t i = 0; i < 70000; ++i) seen.insert(nonces.of_chunk(i));
    REQUIRE(seen.size() == 64 + 70000 - 17);  // 2^0 .. 2^16 are among the first 70000
    REQUIRE(nonces.of_chunk(0) == base);
}

}  // namespace
