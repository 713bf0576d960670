#pragma once

#include <optional>
#include <span>

#include "storage/crypto/bytes.hpp"
#include "storage/crypto/ed25519.hpp"
#include "storage/crypto/secret.hpp"
#include "storage/crypto/sha256.hpp"
#include "storage/keys/key_vault.hpp"

namespace storage::keys {

/// An opened key set: the sub-keys that its purpose permits, each derived from the set's seed under a label of its own
/// (HKDF-Expand-SHA512 over "callvault key set", purpose, use, key id, each with its length before it).
/// Thread safety: const members from any thread.
class KeySet {
  public:
    KeySet(const KeyInfo& info, const crypto::Key256& seed);

    const KeyInfo& info() const noexcept { return info_; }
    /// Nothing when the purpose does not permit the use.
    const crypto::Key256* sub_key(Use use) const noexcept;
    const crypto::SigningKey* signing_key() const noexcept { return signing_ ? &*signing_ : nullptr; }

  private:
    KeyInfo info_;
    std::optional<crypto::Key256> wrap_, field_, index_;
    std::optional<crypto::SigningKey> signing_;
};

}  // namespace storage::keys
