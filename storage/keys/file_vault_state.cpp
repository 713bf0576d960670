#include "storage/keys/file_vault_state.hpp"

#include <sys/file.h>

#include <algorithm>
#include <cerrno>
#include <set>
#include <thread>
#include <utility>

#include "storage/async/crash_point.hpp"
#include "storage/files/posix_error.hpp"

namespace storage::keys {

using files::posix_error;
using policy::Code;
using policy::fail;
using policy::KeyId;
using policy::Result;
using SteadyClock = std::chrono::steady_clock;

namespace {

constexpr std::chrono::seconds kKeptFor{60};
constexpr std::chrono::seconds kLockPatience{10};
constexpr std::chrono::milliseconds kLockPause{2};

}  // namespace

FileVault::State::State(std::vector<VaultFolder> folders, std::vector<std::shared_ptr<const RootSecret>> roots)
    : folders_(std::move(folders)), roots_(std::move(roots)) {}

FileVault::State::Change::Change(std::unique_lock<std::mutex> threads, int descriptor)
    : threads_(std::move(threads)), descriptor_(descriptor) {}

FileVault::State::Change::Change(Change&& other) noexcept
    : threads_(std::move(other.threads_)), descriptor_(std::exchange(other.descriptor_, -1)) {}

FileVault::State::Change::~Change() {
    if (descriptor_ >= 0) ::flock(descriptor_, LOCK_UN);
}

Result<FileVault::State::Change> FileVault::State::begin_change() {
    std::unique_lock threads(changes_);
    const int descriptor = own().lock_descriptor();
    const auto give_up = SteadyClock::now() + kLockPatience;
    while (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR) return posix_error(errno, "lock", own().path() / "lock");
        if (SteadyClock::now() > give_up) {
            return fail(Code::kUnavailable, "another process has been changing the vault for 10 s");
        }
        std::this_thread::sleep_for(kLockPause);
    }
    return Change(std::move(threads), descriptor);
}

Result<VaultMarker> FileVault::State::read_marker_of(const VaultFolder& folder) {
    const auto bytes = folder.read_marker();
    if (!bytes) return bytes.error();
    return read_vault_marker(*bytes);
}

Result<std::shared_ptr<const RootSecret>> FileVault::State::root(std::string_view id) {
    const std::shared_lock lock(memory_);
    const auto found = std::ranges::find_if(roots_, [&](const auto& root) { return root->id() == id; });
    if (found != roots_.end()) return *found;
    return fail(Code::kUnavailable, "the vault needs the root secret " + std::string(id) +
                                        ", which was not given: a root rotation is under way or done elsewhere");
}

void FileVault::State::add_root(const RootSecret& root) {
    const std::unique_lock lock(memory_);
    if (std::ranges::none_of(roots_, [&](const auto& known) { return known->id() == root.id(); })) {
        roots_.push_back(std::make_shared<const RootSecret>(root.clone()));
    }
}

void FileVault::State::keep_only_root(std::string_view id) {
    const std::unique_lock lock(memory_);
    std::erase_if(roots_, [&](const auto& root) { return root->id() != id; });
}

policy::Error FileVault::State::absent(KeyId id) const {
    if (destroyed_anywhere(id)) return fail(Code::kGone, "key " + id.text() + " was destroyed");
    return fail(Code::kNotFound, "the vault holds no key " + id.text());
}

Result<FileVault::State::KeySetPointer> FileVault::State::key_set(KeyId id) {
    const auto mark = own().key_mark(id);
    if (!mark) return mark.error();
    if (!mark->has_value() || own().is_destroyed(id)) {
        forget(id);
        return absent(id);
    }
    {
        const std::shared_lock lock(memory_);
        const auto found = kept_.find(id);
        if (found != kept_.end() && found->second.mark == **mark &&
            SteadyClock::now() - found->second.since <= kKeptFor) {
            return found->second.set;
        }
    }
    return load(id, **mark);
}

Result<FileVault::State::KeySetPointer> FileVault::State::load(KeyId id, const FileMark& mark) {
    if (destroyed_anywhere(id)) return absent(id);
    if (!every_copy_holds(id)) {
        const auto change = begin_change();
        if (!change) return change.error();
        if (const auto completed = complete_copies(id); !completed) {
            return fail(Code::kUnavailable,
                        "key " + id.text() + " is not used before every copy holds it: " + completed.error().what);
        }
    }
    auto file = open_file(own(), id);
    if (!file) {
        // A file that was replaced or destroyed while it was read says nothing: the mark has changed then.
        const auto now = own().key_mark(id);
        if (now && *now != mark) return now->has_value() ? load(id, **now) : Result<KeySetPointer>(absent(id));
        return destroyed_anywhere(id) ? absent(id) : file.error();
    }
    auto set = std::make_shared<const KeySet>(file->header.info, file->seed);
    keep(id, set, mark);
    if (own().is_destroyed(id)) {  // while it was opened
        forget(id);
        return absent(id);
    }
    return set;
}

void FileVault::State::keep(KeyId id, KeySetPointer set, const FileMark& mark) {
    const auto now = SteadyClock::now();
    const std::unique_lock lock(memory_);
    std::erase_if(kept_, [&](const auto& entry) { return now - entry.second.since > kKeptFor; });
    kept_.insert_or_assign(id, Kept{std::move(set), mark, now});
}

Result<FileVault::State::OpenedFile> FileVault::State::open_file(VaultFolder& folder, KeyId id) {
    auto bytes = folder.read_key(id);
    if (!bytes) return bytes.error();
    auto header = read_key_file_header(*bytes);
    if (!header) return header.error();
    if (header->info.id != id) return fail(Code::kCorrupt, "the file of key " + id.text() + " names another key");
    const auto secret = root(header->root_id);
    if (!secret) return secret.error();
    auto seed = open_key_file(*bytes, *header, **secret);
    if (!seed) return seed.error();
    return OpenedFile{std::move(*bytes), std::move(*header), std::move(*seed)};
}

void FileVault::State::forget(KeyId id) {
    const std::unique_lock lock(memory_);
    kept_.erase(id);
}

bool FileVault::State::destroyed_anywhere(KeyId id) const {
    return std::ranges::any_of(folders_, [&](const VaultFolder& folder) { return folder.is_destroyed(id); });
}

bool FileVault::State::every_copy_holds(KeyId id) const {
    return std::all_of(folders_.begin() + 1, folders_.end(), [&](const VaultFolder& copy) {
        const auto mark = copy.key_mark(id);
        return mark && mark->has_value();
    });
}

Result<void> FileVault::State::complete_copies(KeyId id) {
    if (destroyed_anywhere(id)) return absent(id);
    const auto file = open_file(own(), id);
    if (!file) return file.error();
    for (VaultFolder& copy : copies()) {
        const auto mark = copy.key_mark(id);
        if (!mark) return mark.error();
        if (mark->has_value()) continue;
        if (const auto added = copy.add_key(id, file->bytes); !added) return added.error();
        CALLVAULT_CRASH_POINT("vault.copy_added");
    }
    return {};
}

Result<void> FileVault::State::destroy_everywhere(KeyId id) {
    Result<void> outcome;
    for (VaultFolder& folder : folders_) {
        auto done = folder.mark_destroyed(id);
        CALLVAULT_CRASH_POINT("vault.destruction_marked");
        forget(id);
        if (done) done = folder.remove_key(id);
        if (!done && outcome) outcome = done;
        CALLVAULT_CRASH_POINT("vault.folder_destroyed");
    }
    return outcome;
}

Result<void> FileVault::State::recover() {
    std::set<KeyId> destroyed;
    for (VaultFolder& folder : folders_) {
        if (const auto removed = folder.remove_temporary_files(); !removed) return removed.error();
        const auto ids = folder.list_destroyed();
        if (!ids) return ids.error();
        destroyed.insert(ids->begin(), ids->end());
    }
    for (const KeyId id : destroyed) {
        const bool done = std::ranges::all_of(folders_, [&](const VaultFolder& folder) {
            const auto mark = folder.key_mark(id);
            return mark && !mark->has_value() && folder.is_destroyed(id);
        });
        if (done) continue;
        if (const auto finished = destroy_everywhere(id); !finished) return finished.error();
    }
    const auto ids = own().list_keys();
    if (!ids) return ids.error();
    for (const KeyId id : *ids) {
        if (every_copy_holds(id)) continue;
        // A key that cannot be read or copied is not used; that must not keep the others from being used.
        static_cast<void>(complete_copies(id));
    }
    return {};
}

}  // namespace storage::keys
