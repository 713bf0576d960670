#include "storage/crypto/sealed_layout.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace storage::crypto;

TEST_CASE("The sealed size of every plaintext size is measured back, and sizes between are refused") {
    std::uint64_t expected = 0;
    for (std::uint64_t sealed = 0; sealed < sealed_size(3 * kPlainChunkBytes); ++sealed) {
        const auto size = measure(sealed);
        if (sealed == sealed_size(expected)) {
            REQUIRE(size.value().claimed_plain == expected);
            REQUIRE(size->chunks == expected / kPlainChunkBytes + 1);
            REQUIRE(size->last_chunk_offset + size->last_chunk_size == sealed);
            ++expected;
        } else {
            REQUIRE(size.error().code == policy::Code::kCorrupt);
        }
    }
    REQUIRE(expected == 3 * kPlainChunkBytes);
}

TEST_CASE("Sizes past every limit are refused without overflow") {
    REQUIRE(measure(sealed_size(kMaxPlainBytes)).value().claimed_plain == kMaxPlainBytes);
    REQUIRE_FALSE(measure(sealed_size(kMaxPlainBytes) + 1).has_value());
    REQUIRE_FALSE(measure(~std::uint64_t{0}).has_value());
}

TEST_CASE("A range is planned as the whole chunks that hold it") {
    const SealedSize size = measure(sealed_size(40000)).value();  // 16384 + 16384 + 7232
    const auto all = plan_range(size, 0, 40000).value();
    REQUIRE(all.first_chunk == 0);
    REQUIRE(all.chunks == 3);
    REQUIRE(all.offset == 56);
    REQUIRE(all.size == 40000 + 3 * 16);
    REQUIRE(all.plain_size == 40000);

    const auto across = plan_range(size, 16383, 2).value();
    REQUIRE(across.first_chunk == 0);
    REQUIRE(across.chunks == 2);
    REQUIRE(across.skip == 16383);
    REQUIRE(across.plain_size == 32768);

    const auto last = plan_range(size, 39999, 1).value();
    REQUIRE(last.first_chunk == 2);
    REQUIRE(last.offset == 56 + 2 * 16400);
    REQUIRE(last.size == 7232 + 16);
    REQUIRE(last.skip == 39999 - 32768);

    REQUIRE(plan_range(size, 40000, 0).value().chunks == 0);
    REQUIRE_FALSE(plan_range(size, 40000, 1).has_value());
    REQUIRE_FALSE(plan_range(size, 40001, 0).has_value());
    REQUIRE_FALSE(plan_range(size, 1, ~std::uint64_t{0}).has_value());
}

}  // namespace
