#pragma once

#include "storage/keys/key_vault.hpp"

namespace tests {

/// A vault that is another one, which must outlive it: for tests to change what they are about.
class ForwardingVault : public storage::keys::KeyVault {
  public:
    explicit ForwardingVault(KeyVault& inner) : inner_(inner) {}

    std::string_view kind() const override { return inner_.kind(); }
    policy::Result<policy::KeyId> create(storage::keys::KeyPurpose purpose, std::string_view label) override {
        return inner_.create(purpose, label);
    }
    policy::Result<storage::crypto::Bytes> seal(policy::KeyId id, storage::keys::Use use,
                                                std::span<const std::byte> plain,
                                                std::span<const std::byte> associated) override {
        return inner_.seal(id, use, plain, associated);
    }
    policy::Result<storage::crypto::SecretBytes> open(policy::KeyId id, storage::keys::Use use,
                                                      std::span<const std::byte> sealed,
                                                      std::span<const std::byte> associated) override {
        return inner_.open(id, use, sealed, associated);
    }
    policy::Result<storage::crypto::Digest256> mac(policy::KeyId id, storage::keys::Use use,
                                                   std::span<const std::byte> message) override {
        return inner_.mac(id, use, message);
    }
    policy::Result<storage::crypto::Signature> sign(policy::KeyId id, std::span<const std::byte> message) override {
        return inner_.sign(id, message);
    }
    policy::Result<storage::crypto::PublicKey> public_key(policy::KeyId id) override { return inner_.public_key(id); }
    policy::Result<void> destroy(policy::KeyId id) override { return inner_.destroy(id); }
    policy::Result<std::vector<storage::keys::KeyInfo>> list() override { return inner_.list(); }
    policy::Result<std::vector<policy::KeyId>> missing_from_vault() override { return inner_.missing_from_vault(); }
    policy::Result<bool> usable(policy::KeyId id) override { return inner_.usable(id); }
    policy::Result<void> look() override { return inner_.look(); }

  protected:
    KeyVault& inner() { return inner_; }

  private:
    KeyVault& inner_;
};

}  // namespace tests
