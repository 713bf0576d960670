#pragma once

#include <sys/types.h>
#include <time.h>

#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "policy/ids.hpp"
#include "policy/result.hpp"
#include "storage/crypto/bytes.hpp"
#include "storage/files/file_descriptor.hpp"

namespace storage::keys {

using files::FileDescriptor;

/// What tells one version of a file from another.
struct FileMark {
    ino_t inode = 0;
    long changed_seconds = 0;
    long changed_nanoseconds = 0;
    friend bool operator==(const FileMark&, const FileMark&) = default;
};

/// One folder of a file vault (the vault's own or a copy), and the durable steps that change it. It knows names and
/// bytes, no keys.
///
///   VAULT            what this is: vault_marker.hpp
///   lock             flock() of it is held over every change
///   keys/<id>.key    a key set: key_file.hpp
///   keys/*.new       being written; of no meaning
///   destroyed/<id>   empty: this key was destroyed and never comes back
///
/// Thread safety: reads from any thread; changes by the holder of the vault's lock only.
/// Errors: posix_error.hpp; kInvalid for wrong rights.
class VaultFolder {
  public:
    /// Makes the subfolders of an existing or new folder (0700). kConflict when there is a VAULT file.
    static policy::Result<void> make(const std::filesystem::path& path);
    /// kNotFound without a VAULT file; kInvalid when the folder is open to others.
    static policy::Result<VaultFolder> open(std::filesystem::path path);

    const std::filesystem::path& path() const noexcept { return path_; }
    int lock_descriptor() const noexcept { return lock_.number(); }

    policy::Result<crypto::Bytes> read_marker() const;
    /// Replaces VAULT in one step; durable before it returns.
    policy::Result<void> write_marker(std::span<const std::byte> bytes);

    policy::Result<crypto::Bytes> read_key(policy::KeyId id) const;
    /// The mark of a key's file; nothing when there is none.
    policy::Result<std::optional<FileMark>> key_mark(policy::KeyId id) const;
    /// A new key's file: temporary file, fsync, link() into place, fsync of the folder. kConflict when it is there.
    policy::Result<void> add_key(policy::KeyId id, std::span<const std::byte> bytes);
    /// A key's file with other bytes, or the first: temporary file, fsync, rename, fsync of the folder; the old file's
    /// blocks are overwritten as far as the file system lets one.
    policy::Result<void> replace_key(policy::KeyId id, std::span<const std::byte> bytes);
    /// Overwrites, unlinks, fsyncs the folder, looks that it is gone. No file is success.
    policy::Result<void> remove_key(policy::KeyId id);

    bool is_destroyed(policy::KeyId id) const;
    /// Puts destroyed/<id>, durably. There already is success.
    policy::Result<void> mark_destroyed(policy::KeyId id);

    policy::Result<std::vector<policy::KeyId>> list_keys() const;
    policy::Result<std::vector<policy::KeyId>> list_destroyed() const;
    /// Removes what a crash left half written.
    policy::Result<void> remove_temporary_files();

  private:
    VaultFolder() = default;
    policy::Result<std::string> write_temporary(const FileDescriptor& folder, std::span<const std::byte> bytes) const;
    policy::Result<void> rename_over(const FileDescriptor& folder, const std::string& from,
                                     const std::string& to) const;
    policy::Error error(const char* act, const std::string& name) const;

    std::filesystem::path path_;
    FileDescriptor top_, keys_, destroyed_, lock_;
};

}  // namespace storage::keys
