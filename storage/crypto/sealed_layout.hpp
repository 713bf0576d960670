#pragma once

#include <cstddef>
#include <cstdint>

#include "policy/result.hpp"

namespace storage::crypto {

// The layout of a sealed object (FORMAT.md; c2sp.org/chunked-encryption, Cobblestone-256):
//
//   salt[24] || commitment[32] || chunk 0 || ... || last chunk
//   chunk    = AES-256-GCM(16384 bytes of plaintext; the last: 0 to 16383) || tag[16]
//
// Sizes and offsets are in bytes. Nothing here touches a key.

inline constexpr std::size_t kSealSaltBytes = 24;
inline constexpr std::size_t kSealCommitmentBytes = 32;
inline constexpr std::size_t kSealHeaderBytes = kSealSaltBytes + kSealCommitmentBytes;
inline constexpr std::size_t kSealTagBytes = 16;
inline constexpr std::size_t kPlainChunkBytes = 16384;
inline constexpr std::size_t kSealedChunkBytes = kPlainChunkBytes + kSealTagBytes;
/// More than any call: keeps every sum below 2^63 and the chunk counter below 2^32.
inline constexpr std::uint64_t kMaxPlainBytes = std::uint64_t{1} << 45U;

/// The whole object's size for `plain` bytes of plaintext (at most kMaxPlainBytes).
constexpr std::uint64_t sealed_size(std::uint64_t plain) {
    return kSealHeaderBytes + plain + kSealTagBytes * (plain / kPlainChunkBytes + 1);
}

/// Chunks of an object, and the plaintext that its size claims. The claim is not to be told to a client before the last
/// chunk was authenticated (Opener::authenticate_size).
struct SealedSize {
    std::uint64_t chunks = 0;
    std::uint64_t last_chunk_offset = 0;  ///< Where the last chunk starts in the object.
    std::size_t last_chunk_size = 0;      ///< 16 to 16399 bytes, with its tag.
    std::uint64_t claimed_plain = 0;

    std::uint64_t chunk_offset(std::uint64_t index) const { return kSealHeaderBytes + index * kSealedChunkBytes; }
    std::size_t chunk_size(std::uint64_t index) const {
        return index + 1 == chunks ? last_chunk_size : kSealedChunkBytes;
    }
};

/// kCorrupt for a size that no sealed object has (72 is the least; the last chunk is always short).
policy::Result<SealedSize> measure(std::uint64_t sealed_object_size);

/// The sealed bytes that hold a range of the plaintext: whole chunks, read at once and given to Opener::open.
struct SealedRange {
    std::uint64_t first_chunk = 0;
    std::uint64_t chunks = 0;      ///< 0 for an empty range.
    std::uint64_t offset = 0;      ///< In the object.
    std::uint64_t size = 0;        ///< Of the sealed bytes.
    std::uint64_t plain_size = 0;  ///< Of all plaintext in those chunks: what Opener::open writes.
    std::size_t skip = 0;          ///< Opened bytes before the first that was asked for.
};

/// The chunks that hold plaintext [first, first + count). kInvalid when that reaches past the plaintext.
policy::Result<SealedRange> plan_range(const SealedSize& size, std::uint64_t first, std::uint64_t count);

}  // namespace storage::crypto
