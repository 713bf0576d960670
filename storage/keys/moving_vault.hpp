#pragma once

#include <memory>
#include <set>
#include <shared_mutex>

#include "storage/keys/key_vault.hpp"

namespace storage::keys {

/// Two vaults that answer as one while everything that hangs on the keys of `from` is sealed anew under keys of `to`.
///
/// A key never goes from one to the other: it is made in `to`, and stays where it was made until it is destroyed. Ids
/// are random, so a key is in one of the two, and whoever asks `to` first and then `from` finds it.
///
/// Thread safety, durability, errors: as the two vaults say. Both must answer: without one of them nobody can say that
/// a key is not there.
class MovingVault final : public KeyVault {
  public:
    MovingVault(std::unique_ptr<KeyVault> to, std::unique_ptr<KeyVault> from);

    /// Both kinds, "pkcs11-and-file": `to` first. A key that is gone may have been in either.
    std::string_view kind() const override { return kind_; }
    policy::Result<policy::KeyId> create(KeyPurpose purpose, std::string_view label) override;
    policy::Result<crypto::Bytes> seal(policy::KeyId id, Use use, std::span<const std::byte> plain,
                                       std::span<const std::byte> associated) override;
    policy::Result<crypto::SecretBytes> open(policy::KeyId id, Use use, std::span<const std::byte> sealed,
                                             std::span<const std::byte> associated) override;
    policy::Result<crypto::Digest256> mac(policy::KeyId id, Use use, std::span<const std::byte> message) override;
    policy::Result<crypto::Signature> sign(policy::KeyId id, std::span<const std::byte> message) override;
    policy::Result<crypto::PublicKey> public_key(policy::KeyId id) override;
    policy::Result<void> destroy(policy::KeyId id) override;
    policy::Result<std::vector<KeyInfo>> list() override;
    policy::Result<bool> usable(policy::KeyId id) override;
    policy::Result<void> look() override;
    policy::Result<std::vector<policy::KeyId>> missing_from_vault() override;
    /// What `from` holds.
    policy::Result<std::vector<KeyInfo>> outgoing() override;

  private:
    template <class Act>
    auto where_it_is(policy::KeyId id, const Act& act);
    bool known_in_from(policy::KeyId id) const;

    std::unique_ptr<KeyVault> to_;
    std::unique_ptr<KeyVault> from_;
    std::string kind_;
    mutable std::shared_mutex mutex_;
    std::set<policy::KeyId> in_from_;  ///< Seen there: asked there first, which saves a search in `to`.
};

}  // namespace storage::keys
