#pragma once

#include <cstddef>
#include <span>

#include "storage/crypto/secret.hpp"
#include "storage/crypto/sha256.hpp"

namespace storage::crypto {

/// HMAC-SHA256 (RFC 2104). Compare results with equal_in_constant_time. Thread safety: any thread.
Digest256 hmac_sha256(const Key256& key, std::span<const std::byte> message);
/// The same with a key of any length that somebody else chose.
Digest256 hmac_sha256(const SecretBytes& key, std::span<const std::byte> message);

}  // namespace storage::crypto
