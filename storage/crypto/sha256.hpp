#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <span>

#include "storage/crypto/openssl_handles.hpp"

namespace storage::crypto {

using Digest256 = std::array<std::byte, 32>;

/// SHA-256 over bytes that come piece by piece. One context for its life; no allocation after construction.
/// Thread safety: as a vector. Failure of OpenSSL throws CryptoFailure.
class Sha256 {
  public:
    Sha256();
    Sha256(Sha256&&) noexcept = default;
    Sha256& operator=(Sha256&&) noexcept = default;

    void update(std::span<const std::byte> bytes);
    /// The digest of all that was given; the object then starts anew.
    Digest256 finish();

  private:
    DigestContext context_;
};

/// The SHA-256 of `bytes` at once.
Digest256 sha256(std::span<const std::byte> bytes);

}  // namespace storage::crypto
