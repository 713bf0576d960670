#pragma once

#include <map>
#include <string_view>
#include <vector>

#include "storage/crypto/random.hpp"
#include "storage/keys/key_vault.hpp"

namespace tests {

/// A vault in memory that can sign and nothing else, for tests of what is signed.
class SigningVault final : public storage::keys::KeyVault {
  public:
    std::string_view kind() const override { return "memory"; }

    policy::Result<policy::KeyId> create(storage::keys::KeyPurpose, std::string_view) override {
        const auto id = storage::crypto::random_id<policy::KeyId>();
        keys_.emplace(id, storage::crypto::SigningKey(storage::crypto::Key256::random()));
        return id;
    }
    policy::Result<storage::crypto::Signature> sign(policy::KeyId id, std::span<const std::byte> message) override {
        const auto key = keys_.find(id);
        if (key == keys_.end()) return policy::fail(policy::Code::kNotFound, "no such key");
        return key->second.sign(message);
    }
    policy::Result<storage::crypto::PublicKey> public_key(policy::KeyId id) override {
        const auto key = keys_.find(id);
        if (key == keys_.end()) return policy::fail(policy::Code::kNotFound, "no such key");
        return key->second.public_key();
    }
    /// A key from a seed: the same one in every process that knows the seed.
    policy::KeyId adopt(std::span<const std::byte, 32> seed) {
        const auto id = storage::crypto::random_id<policy::KeyId>();
        keys_.emplace(id, storage::crypto::SigningKey(*storage::crypto::Key256::copy_of(seed)));
        return id;
    }

    policy::Result<storage::crypto::Bytes> seal(policy::KeyId, storage::keys::Use, std::span<const std::byte>,
                                                std::span<const std::byte>) override {
        return not_here();
    }
    policy::Result<storage::crypto::SecretBytes> open(policy::KeyId, storage::keys::Use, std::span<const std::byte>,
                                                      std::span<const std::byte>) override {
        return not_here();
    }
    policy::Result<storage::crypto::Digest256> mac(policy::KeyId, storage::keys::Use,
                                                   std::span<const std::byte>) override {
        return not_here();
    }
    policy::Result<void> destroy(policy::KeyId id) override {
        keys_.erase(id);
        return {};
    }
    policy::Result<std::vector<storage::keys::KeyInfo>> list() override { return not_here(); }
    policy::Result<std::vector<policy::KeyId>> missing_from_vault() override { return not_here(); }
    policy::Result<bool> usable(policy::KeyId id) override { return keys_.contains(id); }
    policy::Result<void> look() override { return {}; }

  private:
    static policy::Error not_here() { return policy::fail(policy::Code::kUnsupported, "this vault only signs"); }
    std::map<policy::KeyId, storage::crypto::SigningKey> keys_;
};

}  // namespace tests
