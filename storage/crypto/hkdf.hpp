#pragma once

#include <cstddef>
#include <span>

#include "policy/result.hpp"
#include "storage/crypto/secret.hpp"

namespace storage::crypto {

/// HKDF-SHA512 (RFC 5869), extract and expand. kInvalid when `size` is 0 or more than 255 * 64 bytes.
policy::Result<SecretBytes> hkdf_sha512(const SecretBytes& input_key, std::span<const std::byte> salt,
                                        std::span<const std::byte> info, std::size_t size);

/// The expand step alone, for an input key that is already uniform: what the sealed-object format uses.
policy::Result<SecretBytes> hkdf_expand_sha512(std::span<const std::byte> key, std::span<const std::byte> info,
                                               std::size_t size);

/// A key for one use: HKDF-Expand-SHA512(key, info = label), 32 bytes. Distinct labels give independent keys.
Key256 derive_key(const Key256& key, std::span<const std::byte> label);

}  // namespace storage::crypto
