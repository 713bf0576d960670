#pragma once

#include <memory>
#include <optional>

#include "policy/result.hpp"
#include "storage/keys/key_vault.hpp"
#include "storage/keys/pkcs11_token.hpp"

namespace storage::keys {

/// Where a PKCS#11 vault lies.
struct Pkcs11VaultSettings {
    Pkcs11TokenSettings token;
    /// A token that must hold a key before it is used: the other half of what its maker replicates. Keys never pass
    /// through us: they cannot leave a token.
    std::optional<Pkcs11TokenSettings> second;
};

/// The vault in an HSM: key sets are objects of a token, made there, used there, and never out of it. Any number of
/// hosts may use one token. README.md has the objects and their attributes.
///
/// A token has no "create if absent" and remembers nobody: a destroyed key is kNotFound. Handles are used for at most
/// 60 s, and a set of which a part is gone is used no more.
class Pkcs11Vault : public KeyVault {
  public:
    /// Finds the tokens and logs in. Errors: Pkcs11Token::open()'s; kInvalid when a token lacks a mechanism that is
    /// needed (all that are missing are named).
    static policy::Result<std::unique_ptr<Pkcs11Vault>> open(const Pkcs11VaultSettings& settings);
    ~Pkcs11Vault() override;

    std::string_view kind() const override { return "pkcs11"; }
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
    policy::Result<std::vector<policy::KeyId>> missing_from_vault() override;
    policy::Result<bool> usable(policy::KeyId id) override;
    policy::Result<void> look() override;

  private:
    class State;
    explicit Pkcs11Vault(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace storage::keys
