#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "storage/keys/file_vault.hpp"
#include "storage/keys/key_file.hpp"
#include "storage/keys/key_set.hpp"
#include "storage/keys/vault_folder.hpp"
#include "storage/keys/vault_marker.hpp"

namespace storage::keys {

/// What a FileVault is made of: its folders, the root secrets it was given, and the key sets it opened lately.
///
/// Locks: `changes_` (with the folder's flock) is held over every change on disk; `memory_` guards what is kept in
/// memory and is never held over a system call. Whoever takes both takes `changes_` first.
class FileVault::State {
  public:
    using KeySetPointer = std::shared_ptr<const KeySet>;

    State(std::vector<VaultFolder> folders, std::vector<std::shared_ptr<const RootSecret>> roots);

    /// The right to change the vault, among threads and processes; waits for at most 10 s, then kUnavailable.
    class Change {
      public:
        Change(std::unique_lock<std::mutex> threads, int descriptor);
        Change(Change&& other) noexcept;
        Change& operator=(Change&&) = delete;
        ~Change();

      private:
        std::unique_lock<std::mutex> threads_;
        int descriptor_;
    };
    policy::Result<Change> begin_change();

    VaultFolder& own() { return folders_.front(); }
    std::vector<VaultFolder>& folders() { return folders_; }
    std::span<VaultFolder> copies() { return std::span(folders_).subspan(1); }

    policy::Result<VaultMarker> marker() { return read_marker_of(own()); }
    static policy::Result<VaultMarker> read_marker_of(const VaultFolder& folder);

    /// The root secret with this id; kUnavailable when it was not given.
    policy::Result<std::shared_ptr<const RootSecret>> root(std::string_view id);
    void add_root(const RootSecret& root);
    void keep_only_root(std::string_view id);

    /// The opened set, from memory when the key's file is still the one it was opened from.
    policy::Result<KeySetPointer> key_set(policy::KeyId id);
    /// A key's file, and the same opened. For rotation and listing: does not look at copies or destruction.
    struct OpenedFile {
        crypto::Bytes bytes;
        KeyFileHeader header;
        crypto::Key256 seed;
    };
    policy::Result<OpenedFile> open_file(VaultFolder& folder, policy::KeyId id);
    void forget(policy::KeyId id);

    bool destroyed_anywhere(policy::KeyId id) const;
    bool every_copy_holds(policy::KeyId id) const;
    /// Writes a key into the copies that lack it. Needs a Change.
    policy::Result<void> complete_copies(policy::KeyId id);
    /// Marks and removes a key in every folder; goes on past a folder that fails and reports it. Needs a Change.
    policy::Result<void> destroy_everywhere(policy::KeyId id);
    /// Finishes what a crash left. Needs a Change.
    policy::Result<void> recover();

  private:
    struct Kept {
        KeySetPointer set;
        FileMark mark;
        std::chrono::steady_clock::time_point since;
    };
    policy::Result<KeySetPointer> load(policy::KeyId id, const FileMark& mark);
    void keep(policy::KeyId id, KeySetPointer set, const FileMark& mark);
    policy::Error absent(policy::KeyId id) const;

    std::vector<VaultFolder> folders_;
    std::mutex changes_;
    std::shared_mutex memory_;
    std::vector<std::shared_ptr<const RootSecret>> roots_;
    std::map<policy::KeyId, Kept> kept_;
};

}  // namespace storage::keys
