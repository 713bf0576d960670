#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "policy/result.hpp"
#include "storage/crypto/openssl_handles.hpp"
#include "storage/crypto/secret.hpp"

namespace storage::crypto {

using PublicKey = std::array<std::byte, 32>;
using Signature = std::array<std::byte, 64>;

/// An Ed25519 (RFC 8032) private key. Its seed is the secret; OpenSSL keeps a copy of its own while this lives.
/// Thread safety: sign() and public_key() from any number of threads.
class SigningKey {
  public:
    explicit SigningKey(const Key256& seed);

    Signature sign(std::span<const std::byte> message) const;
    const PublicKey& public_key() const noexcept { return public_key_; }

  private:
    AsymmetricKey key_;
    PublicKey public_key_{};
};

/// Whether `signature` is the holder of `key`'s over `message`. A malformed key or signature is false.
bool verify(const PublicKey& key, std::span<const std::byte> message, std::span<const std::byte> signature);

}  // namespace storage::crypto
