#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "storage/crypto/nonce_observer.hpp"
#include "storage/crypto/object_keys.hpp"
#include "storage/crypto/openssl_handles.hpp"
#include "storage/crypto/seal_context.hpp"
#include "storage/crypto/sealed_layout.hpp"
#include "storage/crypto/secret.hpp"

namespace storage::crypto {

/// Seals one object as its plaintext comes: `header() || seal(...)* || finish()`.
///
/// Each piece goes straight from the caller's bytes to the caller's buffer (a chunk may be fed in any pieces; best is
/// 16 KiB at once, while hot); nothing is kept back, nothing is allocated after construction, and there is one cipher
/// context for its life.
///
/// A salt is drawn for each Sealer and there is no way to go on with a partly written object: after a crash, or on a
/// resumed upload, a new part starts with a new Sealer (the same chunk sealed twice with other bytes breaks GCM).
///
/// Thread safety: one thread at a time. Lifetime: needs neither key nor context after construction.
/// Errors: std::logic_error for misuse (buffer too small, use after finish), CryptoFailure when OpenSSL fails; after
/// either it must not be used again.
class Sealer {
  public:
    Sealer(const Key256& data_key, const SealContext& context);

    /// The object's first 56 bytes: salt and commitment.
    std::span<const std::byte, kSealHeaderBytes> header() const noexcept { return header_; }

    /// The most that seal() writes for `plain` bytes.
    static constexpr std::size_t bound(std::size_t plain) {
        return plain + kSealTagBytes * (plain / kPlainChunkBytes + 1);
    }

    /// Seals `plain` and writes at most bound(plain.size()) bytes to `out`, which must not overlap it. Returns how many
    /// were written: they are final and go to the store as they are.
    std::size_t seal(std::span<const std::byte> plain, std::span<std::byte> out);

    /// Ends the object: writes the last chunk's tag (16 bytes) and returns 16.
    std::size_t finish(std::span<std::byte> out);

  private:
    friend struct SealerTestAccess;  // tests/support: a given salt, for the public vectors
    Sealer(const Key256& data_key, std::span<const std::byte> context, std::span<const std::byte, kSealSaltBytes> salt);

    Sealer(const ObjectKeys& keys, std::span<const std::byte, kSealSaltBytes> salt);

    void begin_chunk();
    void end_chunk(std::byte* tag);

    CipherContext cipher_;
    ObjectNonces nonces_;
    std::array<std::byte, kSealHeaderBytes> header_{};
    NonceObserver* observer_ = nullptr;  // tests only
    std::array<std::byte, 32> key_mark_{};
    std::uint64_t chunk_ = 0;
    std::size_t in_chunk_ = 0;
    std::uint64_t plain_bytes_ = 0;
    bool finished_ = false;
};

}  // namespace storage::crypto
