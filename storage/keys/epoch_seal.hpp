#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>

#include "policy/ids.hpp"
#include "policy/result.hpp"
#include "storage/crypto/bytes.hpp"
#include "storage/crypto/secret.hpp"
#include "storage/keys/key_vault.hpp"

namespace storage::keys {

/// One epoch of the catalogue's narrow tables: what seals their rows.
///
/// Rows are sealed in memory, under a secret of the epoch. The secret lies in the catalogue, sealed by the epoch's key
/// in the vault: opened once a process, and lost in every copy of the catalogue with that key. It hides no audio and no
/// name, for what it seals is sealed by a day or keep key already; so it may lie in memory where those may not.
///
/// Thread safety: any thread. Lifetime: the vault must outlive it.
class EpochSeal {
  public:
    /// The secret of a new epoch, sealed by the vault's key `id`: what the catalogue keeps. One vault call.
    static policy::Result<crypto::Bytes> make(KeyVault& vault, policy::KeyId id);
    /// One vault call. `sealed`: what make() gave; empty for an epoch from before there were secrets, each of whose
    /// seals is then a call of the vault. Errors: the vault's; kCorrupt: it is not the secret of that key.
    static policy::Result<std::shared_ptr<const EpochSeal>> open(KeyVault& vault, policy::KeyId id,
                                                                 std::span<const std::byte> sealed);

    policy::KeyId id() const noexcept { return id_; }
    bool in_memory() const noexcept { return secret_.has_value(); }

    /// nonce[12] || ciphertext || tag[16] under AES-256-GCM, with a random nonce. Errors: none in memory; the vault's.
    policy::Result<crypto::Bytes> seal(std::span<const std::byte> plain, std::span<const std::byte> associated) const;
    /// kCorrupt when it does not open. What a program from before there were secrets sealed in this epoch opens too.
    policy::Result<crypto::SecretBytes> open(std::span<const std::byte> sealed,
                                             std::span<const std::byte> associated) const;

  private:
    EpochSeal(KeyVault& vault, policy::KeyId id, std::optional<crypto::Key256> secret);

    KeyVault& vault_;
    policy::KeyId id_;
    std::optional<crypto::Key256> secret_;
};

}  // namespace storage::keys
