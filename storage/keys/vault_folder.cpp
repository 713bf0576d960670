#include "storage/keys/vault_folder.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <memory>
#include <string_view>

#include "storage/async/crash_point.hpp"
#include "storage/crypto/encoding.hpp"
#include "storage/crypto/random.hpp"
#include "storage/files/posix_error.hpp"

namespace storage::keys {

using files::posix_error;
using policy::Code;
using policy::fail;
using policy::KeyId;
using policy::Result;

namespace {

constexpr std::size_t kLongestFile = 4096;
constexpr const char* kMarker = "VAULT";
constexpr std::string_view kKeySuffix = ".key";
constexpr std::string_view kTemporarySuffix = ".new";

std::string key_name(KeyId id) {
    return id.text() + std::string(kKeySuffix);
}

Result<void> make_folder(const std::filesystem::path& path) {
    if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return posix_error(errno, "make", path);
    return {};
}

Result<FileDescriptor> open_folder(const std::filesystem::path& path) {
    FileDescriptor folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder.is_open()) return posix_error(errno, "open", path);
    struct stat facts {};
    if (::fstat(folder.number(), &facts) != 0) return posix_error(errno, "look at", path);
    if ((facts.st_mode & 077U) != 0 || (facts.st_uid != ::geteuid() && facts.st_uid != 0)) {
        return fail(Code::kInvalid, "the vault's folder " + path.string() +
                                        " must belong to the service's user and be closed to all others: chmod 0700");
    }
    return folder;
}

/// Opened, and closed to group and others.
Result<FileDescriptor> open_file(const FileDescriptor& folder, const std::string& name, int flags,
                                 const std::filesystem::path& path) {
    FileDescriptor file(::openat(folder.number(), name.c_str(), flags | O_NOFOLLOW | O_CLOEXEC));
    if (!file.is_open()) return posix_error(errno, "open", path);
    struct stat facts {};
    if (::fstat(file.number(), &facts) != 0) return posix_error(errno, "look at", path);
    if (!S_ISREG(facts.st_mode) || (facts.st_mode & 077U) != 0) {
        return fail(Code::kInvalid, path.string() + " must be a file closed to group and others: chmod 0600");
    }
    return file;
}

Result<crypto::Bytes> read_file(const FileDescriptor& folder, const std::string& name,
                                const std::filesystem::path& path) {
    const auto file = open_file(folder, name, O_RDONLY, path);
    if (!file) return file.error();
    crypto::Bytes bytes(kLongestFile + 1);
    std::size_t size = 0;
    while (size < bytes.size()) {
        const ssize_t got = ::pread(file->number(), bytes.data() + size, bytes.size() - size, static_cast<off_t>(size));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return posix_error(errno, "read", path);
        if (got == 0) break;
        size += static_cast<std::size_t>(got);
    }
    if (size > kLongestFile) return fail(Code::kCorrupt, path.string() + " is longer than any file of a vault");
    bytes.resize(size);
    return bytes;
}

bool write_all(const FileDescriptor& file, std::span<const std::byte> bytes) {
    std::size_t at = 0;
    while (at < bytes.size()) {
        const ssize_t put = ::pwrite(file.number(), bytes.data() + at, bytes.size() - at, static_cast<off_t>(at));
        if (put < 0 && errno == EINTR) continue;
        if (put <= 0) return false;
        at += static_cast<std::size_t>(put);
    }
    return true;
}

/// Zeroes over a file's bytes, as far as the file system writes in place; no claim rests on it (the sealed bytes are
/// worth nothing without the root secret, and a destroyed key's certificate says what was observed).
void overwrite(const FileDescriptor& file) {
    struct stat facts {};
    if (::fstat(file.number(), &facts) != 0) return;
    const crypto::Bytes zeroes(static_cast<std::size_t>(facts.st_size));
    if (write_all(file, zeroes)) static_cast<void>(::fsync(file.number()));
}

struct CloseListing {
    void operator()(DIR* listing) const noexcept { ::closedir(listing); }
};

Result<std::vector<std::string>> list_names(const FileDescriptor& folder, const std::filesystem::path& path) {
    const int descriptor = ::openat(folder.number(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) return posix_error(errno, "list", path);
    const std::unique_ptr<DIR, CloseListing> listing(::fdopendir(descriptor));
    if (listing == nullptr) {
        const int reason = errno;
        ::close(descriptor);
        return posix_error(reason, "list", path);
    }
    std::vector<std::string> names;
    for (;;) {
        errno = 0;
        const dirent* const entry = ::readdir(listing.get());
        if (entry == nullptr) break;
        names.emplace_back(entry->d_name);
    }
    if (errno != 0) return posix_error(errno, "list", path);
    return names;
}

}  // namespace

policy::Error VaultFolder::error(const char* act, const std::string& name) const {
    return posix_error(errno, act, path_ / name);
}

Result<void> VaultFolder::make(const std::filesystem::path& path) {
    if (::access((path / kMarker).c_str(), F_OK) == 0) {
        return fail(Code::kConflict, path.string() + " holds a vault already");
    }
    for (const auto& folder : {path, path / "keys", path / "destroyed"}) {
        if (const auto made = make_folder(folder); !made) return made.error();
    }
    const FileDescriptor lock(::open((path / "lock").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    if (!lock.is_open()) return posix_error(errno, "make", path / "lock");
    for (const auto& folder : {path, path.parent_path()}) {
        const FileDescriptor handle(::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (!handle.is_open() || ::fsync(handle.number()) != 0) return posix_error(errno, "make durable", folder);
    }
    return {};
}

Result<VaultFolder> VaultFolder::open(std::filesystem::path path) {
    VaultFolder folder;
    folder.path_ = std::move(path);
    for (const auto& [handle, name] :
         {std::pair{&folder.top_, "."}, {&folder.keys_, "keys"}, {&folder.destroyed_, "destroyed"}}) {
        auto opened = open_folder(folder.path_ / name);
        if (!opened) return opened.error();
        *handle = std::move(*opened);
    }
    auto lock = open_file(folder.top_, "lock", O_RDWR, folder.path_ / "lock");
    if (!lock) return lock.error();
    folder.lock_ = std::move(*lock);
    return folder;
}

Result<crypto::Bytes> VaultFolder::read_marker() const {
    return read_file(top_, kMarker, path_ / kMarker);
}

Result<void> VaultFolder::write_marker(std::span<const std::byte> bytes) {
    const auto temporary = write_temporary(top_, bytes);
    if (!temporary) return temporary.error();
    return rename_over(top_, *temporary, kMarker);
}

Result<crypto::Bytes> VaultFolder::read_key(KeyId id) const {
    return read_file(keys_, key_name(id), path_ / "keys" / key_name(id));
}

Result<std::optional<FileMark>> VaultFolder::key_mark(KeyId id) const {
    struct stat facts {};
    if (::fstatat(keys_.number(), key_name(id).c_str(), &facts, AT_SYMLINK_NOFOLLOW) == 0) {
        return std::optional(FileMark{facts.st_ino, facts.st_ctim.tv_sec, facts.st_ctim.tv_nsec});
    }
    if (errno == ENOENT) return std::optional<FileMark>();
    return error("look at", key_name(id));
}

Result<std::string> VaultFolder::write_temporary(const FileDescriptor& folder, std::span<const std::byte> bytes) const {
    std::array<std::byte, 8> random{};
    crypto::fill_random(random);
    const std::string name = "." + crypto::to_hex(random) + std::string(kTemporarySuffix);
    const FileDescriptor file(
        ::openat(folder.number(), name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file.is_open()) return error("make", name);
    if (!write_all(file, bytes) || ::fsync(file.number()) != 0) {
        const auto reason = error("write", name);
        ::unlinkat(folder.number(), name.c_str(), 0);
        return reason;
    }
    return name;
}

Result<void> VaultFolder::rename_over(const FileDescriptor& folder, const std::string& from,
                                      const std::string& to) const {
    if (::renameat(folder.number(), from.c_str(), folder.number(), to.c_str()) != 0) return error("rename", to);
    CALLVAULT_CRASH_POINT("vault.file_renamed");
    if (::fsync(folder.number()) != 0) return error("make durable", to);
    return {};
}

Result<void> VaultFolder::add_key(KeyId id, std::span<const std::byte> bytes) {
    const auto temporary = write_temporary(keys_, bytes);
    if (!temporary) return temporary.error();
    CALLVAULT_CRASH_POINT("vault.key_written");
    const bool linked = ::linkat(keys_.number(), temporary->c_str(), keys_.number(), key_name(id).c_str(), 0) == 0;
    const auto reason = linked ? policy::Error{} : error("link", key_name(id));
    CALLVAULT_CRASH_POINT("vault.key_linked");
    ::unlinkat(keys_.number(), temporary->c_str(), 0);
    if (!linked) return reason;
    if (::fsync(keys_.number()) != 0) return error("make durable", key_name(id));
    return {};
}

Result<void> VaultFolder::replace_key(KeyId id, std::span<const std::byte> bytes) {
    const FileDescriptor old(::openat(keys_.number(), key_name(id).c_str(), O_RDWR | O_NOFOLLOW | O_CLOEXEC));
    const auto temporary = write_temporary(keys_, bytes);
    if (!temporary) return temporary.error();
    CALLVAULT_CRASH_POINT("vault.key_rewritten");
    if (const auto renamed = rename_over(keys_, *temporary, key_name(id)); !renamed) return renamed.error();
    if (old.is_open()) overwrite(old);
    return {};
}

Result<void> VaultFolder::remove_key(KeyId id) {
    const std::string name = key_name(id);
    if (const FileDescriptor file(::openat(keys_.number(), name.c_str(), O_RDWR | O_NOFOLLOW | O_CLOEXEC));
        file.is_open())
        overwrite(file);
    CALLVAULT_CRASH_POINT("vault.key_overwritten");
    if (::unlinkat(keys_.number(), name.c_str(), 0) != 0 && errno != ENOENT) return error("remove", name);
    CALLVAULT_CRASH_POINT("vault.key_unlinked");
    if (::fsync(keys_.number()) != 0) return error("make durable", name);
    const auto left = key_mark(id);
    if (!left) return left.error();
    if (left->has_value()) return fail(Code::kUnavailable, name + " is still there after it was removed");
    return {};
}

bool VaultFolder::is_destroyed(KeyId id) const {
    return ::faccessat(destroyed_.number(), id.text().c_str(), F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

Result<void> VaultFolder::mark_destroyed(KeyId id) {
    const FileDescriptor file(
        ::openat(destroyed_.number(), id.text().c_str(), O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file.is_open()) return error("make", id.text());
    if (::fsync(file.number()) != 0 || ::fsync(destroyed_.number()) != 0) return error("make durable", id.text());
    return {};
}

Result<std::vector<KeyId>> VaultFolder::list_keys() const {
    const auto names = list_names(keys_, path_ / "keys");
    if (!names) return names.error();
    std::vector<KeyId> ids;
    for (const std::string_view name : *names) {
        if (!name.ends_with(kKeySuffix)) continue;
        if (const auto id = KeyId::parse(name.substr(0, name.size() - kKeySuffix.size()))) ids.push_back(*id);
    }
    return ids;
}

Result<std::vector<KeyId>> VaultFolder::list_destroyed() const {
    const auto names = list_names(destroyed_, path_ / "destroyed");
    if (!names) return names.error();
    std::vector<KeyId> ids;
    for (const std::string_view name : *names) {
        if (const auto id = KeyId::parse(name)) ids.push_back(*id);
    }
    return ids;
}

Result<void> VaultFolder::remove_temporary_files() {
    for (const auto* const folder : {&top_, &keys_}) {
        const auto names = list_names(*folder, path_);
        if (!names) return names.error();
        for (const auto& name : *names) {
            if (!name.ends_with(kTemporarySuffix)) continue;
            if (::unlinkat(folder->number(), name.c_str(), 0) != 0 && errno != ENOENT) return error("remove", name);
        }
    }
    if (::fsync(keys_.number()) != 0) return error("make durable", "keys");
    return {};
}

}  // namespace storage::keys
