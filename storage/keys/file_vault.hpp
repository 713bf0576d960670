#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "policy/result.hpp"
#include "storage/keys/key_vault.hpp"
#include "storage/keys/root_secret.hpp"

namespace storage::keys {

/// Where a file vault lies and what opens it.
struct FileVaultSettings {
    std::filesystem::path folder;  ///< 0700, of this user.
    std::vector<std::filesystem::path>
        copies;  ///< Further folders that must hold a key before it is used; may be empty.
    RootSecret root;
    std::optional<RootSecret> other_root;  ///< The other one, while a rotation is under way.
};

/// The vault of one host: a folder with a file for each key set, sealed under a root secret. README.md has the layout,
/// each step of create, destroy and rotation, and what a crash after it leaves.
///
/// Several processes of one host may use one folder: changes take a file lock, and each use looks whether the key's
/// file is still there, so a key destroyed by one process is gone for all. An opened key set is used for at most 60 s.
class FileVault : public KeyVault {
  public:
    /// Makes an empty vault (folder, marker file; copies too), durably. kConflict when the folder holds a vault
    /// already.
    static policy::Result<void> initialise(const FileVaultSettings& settings);

    /// Makes `copy` a further copy of the vault in `folder`: give it in FileVaultSettings::copies then, and open()
    /// fills it. kConflict when it holds a vault already.
    static policy::Result<void> add_copy(const std::filesystem::path& folder, const std::filesystem::path& copy);

    /// Opens a vault and finishes what a crash left: begun destructions, missing copies, temporary files.
    /// kNotFound when the folder holds no vault (never made silently: a missing mount must not become an empty vault);
    /// kInvalid for wrong rights, a wrong root secret, a copy of another vault, or a rotation under way that needs
    /// other_root: the sentence says which.
    static policy::Result<std::unique_ptr<FileVault>> open(FileVaultSettings settings);

    ~FileVault() override;

    std::string_view kind() const override { return "file"; }
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

    /// Reseals every key file under `next`, then makes it the vault's root. Killed at any point, it is resumed by
    /// opening with both secrets and calling it again with the same `next`; until it is done both are needed.
    /// Afterwards only `next` opens the vault. Other processes must be given both secrets before, and `next` alone
    /// after.
    policy::Result<void> rotate_root(const RootSecret& next);

  private:
    class State;
    explicit FileVault(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace storage::keys
