#pragma once

#include <algorithm>
#include <catch2/catch.hpp>
#include <memory>
#include <optional>

#include "storage/keys/file_vault.hpp"
#include "tests/support/temporary_folder.hpp"

namespace tests {

/// A file vault with `copies` copies in a temporary folder.
class VaultFixture {
  public:
    explicit VaultFixture(int copies = 0) {
        for (int i = 0; i < copies; ++i) copies_.push_back(folder_.path() / ("copy" + std::to_string(i)));
        REQUIRE(storage::keys::FileVault::initialise(settings()).has_value());
    }

    std::filesystem::path vault() const { return folder_.path() / "vault"; }
    std::filesystem::path copy(std::size_t index = 0) const { return copies_.at(index); }
    std::filesystem::path key_file(policy::KeyId id) const { return vault() / "keys" / (id.text() + ".key"); }
    std::filesystem::path key_copy(policy::KeyId id) const { return copy() / "keys" / (id.text() + ".key"); }

    storage::keys::FileVaultSettings settings() const { return {vault(), copies_, root.clone(), std::nullopt}; }
    std::unique_ptr<storage::keys::FileVault> open() const {
        return storage::keys::FileVault::open(settings()).value();
    }
    policy::Error refused(storage::keys::FileVaultSettings with) const {
        auto opened = storage::keys::FileVault::open(std::move(with));
        REQUIRE_FALSE(opened.has_value());
        return opened.error();
    }

    storage::keys::RootSecret root{storage::crypto::Key256::random()};

  private:
    tests::TemporaryFolder folder_;
    std::vector<std::filesystem::path> copies_;
};

/// Whether the vault seals and opens with the key.
inline bool works(storage::keys::KeyVault& vault, policy::KeyId id) {
    const auto sealed = vault.seal(id, storage::keys::Use::kField, storage::crypto::bytes_of("x"), {});
    return sealed.has_value() && vault.open(id, storage::keys::Use::kField, *sealed, {}).has_value();
}

}  // namespace tests
