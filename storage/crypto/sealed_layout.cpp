#include "storage/crypto/sealed_layout.hpp"

#include <algorithm>
#include <string>

namespace storage::crypto {

policy::Result<SealedSize> measure(std::uint64_t sealed_object_size) {
    constexpr std::uint64_t kLeast = kSealHeaderBytes + kSealTagBytes;
    const std::uint64_t body = sealed_object_size - kSealHeaderBytes;
    if (sealed_object_size < kLeast || sealed_object_size > sealed_size(kMaxPlainBytes) ||
        body % kSealedChunkBytes < kSealTagBytes) {
        return policy::fail(policy::Code::kCorrupt,
                            "no sealed object has " + std::to_string(sealed_object_size) + " bytes");
    }
    SealedSize size;
    size.chunks = body / kSealedChunkBytes + 1;
    size.last_chunk_offset = size.chunk_offset(size.chunks - 1);
    size.last_chunk_size = static_cast<std::size_t>(body % kSealedChunkBytes);
    size.claimed_plain = body - size.chunks * kSealTagBytes;
    return size;
}

policy::Result<SealedRange> plan_range(const SealedSize& size, std::uint64_t first, std::uint64_t count) {
    if (first > size.claimed_plain || count > size.claimed_plain - first) {
        return policy::fail(policy::Code::kInvalid, "a range past the end of the plaintext");
    }
    SealedRange range;
    range.first_chunk = first / kPlainChunkBytes;
    range.offset = size.chunk_offset(range.first_chunk);
    range.skip = static_cast<std::size_t>(first % kPlainChunkBytes);
    if (count == 0) return range;
    const std::uint64_t last_chunk = (first + count - 1) / kPlainChunkBytes;
    range.chunks = last_chunk - range.first_chunk + 1;
    range.size = size.chunk_offset(last_chunk) + size.chunk_size(last_chunk) - range.offset;
    range.plain_size = range.size - range.chunks * kSealTagBytes;
    return range;
}

}  // namespace storage::crypto
