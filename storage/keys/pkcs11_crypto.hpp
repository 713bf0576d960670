#pragma once

#include <span>

#include "policy/result.hpp"
#include "storage/crypto/bytes.hpp"
#include "storage/crypto/ed25519.hpp"
#include "storage/crypto/secret.hpp"
#include "storage/crypto/sha256.hpp"
#include "storage/keys/pkcs11_token.hpp"

namespace storage::keys {

/// What a seal adds to a message: nonce and tag.
inline constexpr std::size_t kSealOverhead = 28;

// What a token does with one of its keys. Errors: the token's (pkcs11_error).

/// nonce[12] || ciphertext || tag[16], AES-256-GCM. The nonce is the token's: drawn from its generator, or what it put
/// in its place.
policy::Result<crypto::Bytes> token_seal(Pkcs11Session& session, CK_OBJECT_HANDLE key, std::span<const std::byte> plain,
                                         std::span<const std::byte> associated);

/// kCorrupt: the token says that these bytes do not open. kInDoubt: it only says that it failed, as some do then.
policy::Result<crypto::SecretBytes> token_open(Pkcs11Session& session, CK_OBJECT_HANDLE key,
                                               std::span<const std::byte> sealed,
                                               std::span<const std::byte> associated);

/// HMAC-SHA256.
policy::Result<crypto::Digest256> token_mac(Pkcs11Session& session, CK_OBJECT_HANDLE key,
                                            std::span<const std::byte> message);

/// Ed25519.
policy::Result<crypto::Signature> token_sign(Pkcs11Session& session, CK_OBJECT_HANDLE key,
                                             std::span<const std::byte> message);

}  // namespace storage::keys
