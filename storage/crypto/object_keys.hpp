#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "storage/crypto/aead.hpp"
#include "storage/crypto/sealed_layout.hpp"
#include "storage/crypto/secret.hpp"

namespace storage::crypto {

/// The nonces of one sealed object: base nonce XOR the chunk's number, as 96 bits big-endian.
class ObjectNonces {
  public:
    explicit ObjectNonces(const AeadNonce& base) : base_(base) {}
    AeadNonce of_chunk(std::uint64_t index) const noexcept;

  private:
    AeadNonce base_;
};

/// key[32] || base nonce[12] || commitment[32] = HKDF-Expand-SHA512(data key, label || AEAD name || 0 || salt ||
/// context).
struct ObjectKeys {
    Key256 key;
    AeadNonce base_nonce;
    std::array<std::byte, kSealCommitmentBytes> commitment;
};

/// `context` is the encoded one (seal_context.hpp).
ObjectKeys derive_object_keys(const Key256& data_key, std::span<const std::byte, kSealSaltBytes> salt,
                              std::span<const std::byte> context);

}  // namespace storage::crypto
