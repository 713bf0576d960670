#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "storage/crypto/aead.hpp"
#include "storage/crypto/secret.hpp"

namespace storage::crypto {

// AES-256-GCM with a nonce that the caller answers for. Only aead.cpp uses these, and the tests of the public vectors:
// everybody else calls aead_seal(), which draws the nonce.

using AeadTag = std::array<std::byte, kAeadTagBytes>;

/// Writes ciphertext || tag (plain.size() + 16 bytes) to `out`.
void aead_encrypt(const Key256& key, const AeadNonce& nonce, std::span<const std::byte> plain,
                  std::span<const std::byte> associated, std::byte* out);

/// Opens ciphertext || tag into `out` (sealed.size() - 16 bytes); zeroes `out` and says false when it does not open.
bool aead_decrypt(const Key256& key, const AeadNonce& nonce, std::span<const std::byte> sealed,
                  std::span<const std::byte> associated, std::span<std::byte> out);

}  // namespace storage::crypto
