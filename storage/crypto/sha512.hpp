#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "storage/crypto/openssl_handles.hpp"

namespace storage::crypto {

using Digest512 = std::array<std::byte, 64>;

/// SHA-512 over bytes that come piece by piece, for callers who announce it. Thread safety: as a vector. Failure of
/// OpenSSL throws CryptoFailure.
class Sha512 {
  public:
    Sha512();
    void update(std::span<const std::byte> bytes);
    /// The digest of all that was given; nothing may follow.
    Digest512 finish();

  private:
    DigestContext context_;
};

}  // namespace storage::crypto
