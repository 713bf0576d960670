#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "policy/result.hpp"
#include "storage/crypto/object_keys.hpp"
#include "storage/crypto/openssl_handles.hpp"
#include "storage/crypto/seal_context.hpp"
#include "storage/crypto/sealed_layout.hpp"
#include "storage/crypto/secret.hpp"

namespace storage::crypto {

/// Opens any chunks of one sealed object, in any order.
///
/// create() compares the commitment (in constant time) before any chunk is touched, and refuses a size that no object
/// has. The size told to a client comes from authenticate_size() only. No byte of a chunk that fails its seal is left
/// in the caller's buffer. Once anything failed to open, every later call fails too: the object is corrupt.
///
/// No allocation after create(). Thread safety: one thread at a time. Lifetime: needs nothing of what create() was
/// given. Errors: kCorrupt (alarm, never retried); kInvalid for chunks that the object does not have or sizes that do
/// not fit them, which does not count as a failed seal.
class Opener {
  public:
    /// `header`: at least the object's first 56 bytes (more is ignored). `object_size`: as the store says.
    static policy::Result<Opener> create(const Key256& data_key, const SealContext& context,
                                         std::span<const std::byte> header, std::uint64_t object_size);

    /// Authenticates the last chunk (exactly its sealed bytes: size().last_chunk_offset, last_chunk_size) and returns
    /// the plaintext's size, which plain_size() knows from then on.
    policy::Result<std::uint64_t> authenticate_size(std::span<const std::byte> last_chunk);

    /// What the plaintext measures, once the last chunk was authenticated (by authenticate_size() or open()).
    std::optional<std::uint64_t> plain_size() const noexcept;

    const SealedSize& size() const noexcept { return size_; }

    /// The chunks that hold plaintext [first, first + count); kInvalid past the end.
    policy::Result<SealedRange> plan(std::uint64_t first, std::uint64_t count) const {
        return plan_range(size_, first, count);
    }

    /// Opens the whole chunks that `sealed` holds, `first_chunk` first, into `out` without gaps; returns the
    /// plaintext's size. `out` takes at least that and must not overlap `sealed`. In slices of at most 64 KiB on a loop
    /// thread.
    policy::Result<std::size_t> open(std::uint64_t first_chunk, std::span<const std::byte> sealed,
                                     std::span<std::byte> out);

  private:
    friend struct OpenerTestAccess;  // tests/support: a context of the public vectors
    Opener(CipherContext cipher, ObjectNonces nonces, const SealedSize& size);
    static policy::Result<Opener> create_with(const Key256& data_key, std::span<const std::byte> context,
                                              std::span<const std::byte> header, std::uint64_t object_size);
    bool open_chunk(std::uint64_t index, std::span<const std::byte> sealed, std::byte* out);
    policy::Error failed(std::uint64_t index);

    CipherContext cipher_;
    ObjectNonces nonces_;
    SealedSize size_;
    bool size_authenticated_ = false;
    bool failed_ = false;
};

}  // namespace storage::crypto
