#include "gateway/http/buffer_pool.hpp"

#include <catch2/catch.hpp>
#include <utility>

namespace {

using gateway::http::Buffer;
using gateway::http::BufferPool;
using Size = BufferPool::Size;

constexpr std::size_t kInput = 64 * 1024 + 1;

TEST_CASE("A buffer that was given back is lent again") {
    BufferPool pool(kInput, 1024 * 1024);
    Buffer first = pool.take(Size::kInput);
    REQUIRE(first.capacity == kInput);
    REQUIRE(first.room().size() == kInput);
    REQUIRE(first.empty());
    const auto* bytes = first.bytes.get();
    first.end = 10;
    pool.give(std::move(first));
    Buffer again = pool.take(Size::kInput);
    REQUIRE(again.bytes.get() == bytes);
    REQUIRE(again.empty());
    REQUIRE(pool.take(Size::kInput).bytes.get() != bytes);
}

TEST_CASE("Past the bound on large buffers, responses ask for small batches until some come back") {
    BufferPool pool(kInput, 500 * 1024);
    REQUIRE(pool.batch_limit() == BufferPool::kLargeBatch);
    Buffer first = pool.take(Size::kLarge);
    REQUIRE(first.capacity >= BufferPool::kLargeBatch);
    REQUIRE(pool.batch_limit() == BufferPool::kLargeBatch);
    Buffer second = pool.take(Size::kLarge);
    REQUIRE(pool.batch_limit() == BufferPool::kSmallBatch);
    pool.give(std::move(first));
    REQUIRE(pool.batch_limit() == BufferPool::kLargeBatch);
    pool.give(std::move(second));
    REQUIRE(pool.lent_large_bytes() == 0);
}

TEST_CASE("Trimming frees what nobody needed since the last time, and nothing else") {
    BufferPool pool(kInput, 1024 * 1024);
    Buffer a = pool.take(Size::kSmall);
    Buffer b = pool.take(Size::kSmall);
    const auto* kept = a.bytes.get();
    pool.give(std::move(b));
    pool.give(std::move(a));
    pool.trim();  // both were lent a moment ago: the fewest spares were none
    a = pool.take(Size::kSmall);
    REQUIRE(a.bytes.get() == kept);
    pool.give(std::move(a));
    pool.trim();  // one of the two was never needed
    a = pool.take(Size::kSmall);
    b = pool.take(Size::kSmall);
    REQUIRE((a.bytes && b.bytes));
}

TEST_CASE("A buffer of a size that the pool does not have is simply freed") {
    BufferPool pool(kInput, 1024 * 1024);
    Buffer foreign;
    foreign.capacity = 12345;
    foreign.bytes = std::make_unique<std::byte[]>(foreign.capacity);
    pool.give(std::move(foreign));
    REQUIRE(pool.lent_large_bytes() == 0);
}

}  // namespace
