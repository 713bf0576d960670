#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "policy/result.hpp"
#include "storage/crypto/bytes.hpp"
#include "storage/crypto/secret.hpp"

namespace storage::crypto {

inline constexpr std::size_t kAeadNonceBytes = 12;
inline constexpr std::size_t kAeadTagBytes = 16;
inline constexpr std::size_t kAeadOverheadBytes = kAeadNonceBytes + kAeadTagBytes;
using AeadNonce = std::array<std::byte, kAeadNonceBytes>;

/// AES-256-GCM of a short message (a key, a row's fields; at most 64 MiB) under a fresh random nonce:
/// nonce[12] || ciphertext || tag[16]. At most 2^32 messages a key (random 96-bit nonces: a repeat then has a chance
/// below 2^-32); storage/keys/README.md counts them. Thread safety: any thread. Throws CryptoFailure, and
/// std::length_error past the size.
Bytes aead_seal(const Key256& key, std::span<const std::byte> plain, std::span<const std::byte> associated);

/// Opens what aead_seal made. kCorrupt when it is too short, was changed, or key or associated data differ.
policy::Result<SecretBytes> aead_open(const Key256& key, std::span<const std::byte> sealed,
                                      std::span<const std::byte> associated);

}  // namespace storage::crypto
