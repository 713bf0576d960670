#include "storage/crypto/opener.hpp"

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>

#include "storage/crypto/random.hpp"
#include "storage/crypto/sealer.hpp"

namespace {

using namespace storage::crypto;
using policy::Code;

struct Object {
    Key256 key = Key256::random();
    SealContext context{random_id<policy::RecordingId>(), "original", 0, true};
    Bytes plain;
    Bytes sealed;

    explicit Object(std::size_t size) : plain(size) {
        fill_random(plain);
        Sealer sealer(key, context);
        append(sealed, sealer.header());
        Bytes out(Sealer::bound(size));
        out.resize(sealer.seal(plain, out));
        append(sealed, out);
        std::array<std::byte, kSealTagBytes> tag{};
        sealer.finish(tag);
        append(sealed, tag);
    }

    policy::Result<Opener> opener() const { return Opener::create(key, context, sealed, sealed.size()); }
};

Bytes read_range(Opener& opener, const Bytes& sealed, std::uint64_t first, std::uint64_t count) {
    const SealedRange range = opener.plan(first, count).value();
    Bytes opened(range.plain_size);
    const auto bytes = std::span(sealed).subspan(range.offset, range.size);
    REQUIRE(opener.open(range.first_chunk, bytes, opened).value() == range.plain_size);
    const auto wanted = std::span(opened).subspan(range.skip, count);
    return {wanted.begin(), wanted.end()};
}

TEST_CASE("Every size around the chunk borders comes back, and its size is told by the last chunk") {
    for (const std::size_t size : {0U, 1U, 15U, 16U, 16383U, 16384U, 16385U, 32767U, 32768U, 32769U, 200000U}) {
        INFO(size);
        const Object object(size);
        REQUIRE(object.sealed.size() == sealed_size(size));
        Opener opener = object.opener().value();
        REQUIRE_FALSE(opener.plain_size().has_value());
        const auto last = std::span(object.sealed).subspan(opener.size().last_chunk_offset);
        REQUIRE(opener.authenticate_size(last).value() == size);
        REQUIRE(opener.plain_size() == size);
        REQUIRE(read_range(opener, object.sealed, 0, size) == object.plain);
    }
}

TEST_CASE("Any range in any order gives the bytes of the plaintext") {
    const Object object(100000);
    Opener opener = object.opener().value();
    for (const auto& [first, count] : {std::pair{99999U, 1U},
                                       {0U, 2U},
                                       {16383U, 2U},
                                       {16384U, 16384U},
                                       {50000U, 50000U},
                                       {32768U, 1U},
                                       {5U, 0U},
                                       {0U, 100000U}}) {
        const Bytes expected(object.plain.begin() + first, object.plain.begin() + first + count);
        REQUIRE(read_range(opener, object.sealed, first, count) == expected);
    }
    REQUIRE(opener.plan(100000, 1).error().code == Code::kInvalid);
}

TEST_CASE("An object opens only as what it was sealed as") {
    const Object object(10);
    SealContext other = object.context;
    const auto code = [&](const Key256& key) {
        return Opener::create(key, other, object.sealed, object.sealed.size()).error().code;
    };
    other.rendition = "peaks";
    REQUIRE(code(object.key) == Code::kCorrupt);
    other = object.context;
    other.part = 1;
    REQUIRE(code(object.key) == Code::kCorrupt);
    other = object.context;
    other.final_part = false;
    REQUIRE(code(object.key) == Code::kCorrupt);
    other = object.context;
    other.recording = random_id<policy::RecordingId>();
    REQUIRE(code(object.key) == Code::kCorrupt);
    other = object.context;
    REQUIRE(code(Key256::random()) == Code::kCorrupt);
}

TEST_CASE("An object that lost or won bytes does not tell its size") {
    const Object object(16384 + 100);
    for (const std::size_t size : {object.sealed.size() - 1, object.sealed.size() - 100, std::size_t{56 + 16400 + 16},
                                   std::size_t{56 + 16400}, std::size_t{72}, std::size_t{56}, std::size_t{0}}) {
        auto cut = Opener::create(object.key, object.context, object.sealed, size);
        if (!cut) continue;
        const auto last = std::span(object.sealed).subspan(cut->size().last_chunk_offset, cut->size().last_chunk_size);
        REQUIRE(cut->authenticate_size(last).error().code == Code::kCorrupt);
    }
    Bytes longer = object.sealed;
    longer.push_back(std::byte{0});
    auto opener = Opener::create(object.key, object.context, longer, longer.size()).value();
    REQUIRE_FALSE(opener.authenticate_size(std::span(longer).subspan(opener.size().last_chunk_offset)).has_value());
}

TEST_CASE("A changed byte fails its batch, leaves no plaintext behind, and the opener keeps failing") {
    const Object object(60000);
    for (const std::size_t at : {56U, 56U + 16399U, 56U + 2U * 16400U + 5U}) {
        Bytes changed = object.sealed;
        changed[at] ^= std::byte{0x10};
        Opener opener = Opener::create(object.key, object.context, changed, changed.size()).value();
        Bytes out(60000, std::byte{0xEE});
        const auto range = opener.plan(0, 60000).value();
        REQUIRE(opener.open(0, std::span(changed).subspan(range.offset, range.size), out).error().code ==
                Code::kCorrupt);
        REQUIRE(std::ranges::search(out, std::span(object.plain).subspan(at / 16400 * 16384, 16)).empty());
        REQUIRE(opener.open(3, std::span(changed).subspan(opener.size().last_chunk_offset), out).error().code ==
                Code::kCorrupt);
        REQUIRE_FALSE(opener.plain_size().has_value());
    }
}

TEST_CASE("Bytes that are not whole chunks of the object are the caller's fault and spoil nothing") {
    const Object object(20000);
    Opener opener = object.opener().value();
    Bytes out(40000);
    const auto body = std::span(object.sealed).subspan(kSealHeaderBytes);
    REQUIRE(opener.open(0, body.first(16399), out).error().code == Code::kInvalid);
    REQUIRE(opener.open(2, body.first(16), out).error().code == Code::kInvalid);
    REQUIRE(opener.open(0, body.first(body.size() - 1), out).error().code == Code::kInvalid);
    REQUIRE(opener.authenticate_size(body.first(16)).error().code == Code::kInvalid);
    REQUIRE_THROWS_AS(opener.open(0, body, std::span(out).first(19999)), std::logic_error);
    REQUIRE(opener.open(0, body, out).value() == 20000);
}

TEST_CASE("A sealer is not used past its end or into a buffer that is too small") {
    Sealer sealer(Key256::random(), {random_id<policy::RecordingId>(), "original", 0, true});
    Bytes plain(16384);
    Bytes out(16384 + 15);
    REQUIRE_THROWS_AS(sealer.seal(plain, out), std::logic_error);
    REQUIRE_THROWS_AS(sealer.finish(std::span(out).first(15)), std::logic_error);
    out.resize(Sealer::bound(plain.size()));
    REQUIRE(sealer.seal(plain, out) == 16400);
    REQUIRE(sealer.finish(out) == 16);
    REQUIRE_THROWS_AS(sealer.seal(plain, out), std::logic_error);
    REQUIRE_THROWS_AS(sealer.finish(out), std::logic_error);
}

TEST_CASE("The same plaintext sealed twice has nothing in common but its size") {
    const Key256 key = Key256::random();
    const SealContext context{random_id<policy::RecordingId>(), "original", 0, true};
    Sealer first(key, context);
    Sealer second(key, context);
    REQUIRE_FALSE(std::ranges::equal(first.header(), second.header()));
    const Bytes plain(64);
    Bytes a(Sealer::bound(64));
    Bytes b(Sealer::bound(64));
    REQUIRE(first.seal(plain, a) == 64);
    REQUIRE(second.seal(plain, b) == 64);
    REQUIRE(a != b);
}

}  // namespace
