#include "storage/objects/files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

namespace storage::objects {

namespace {

SystemError outcome_of(int result) {
    return result == 0 ? 0 : errno;
}

SystemError open_directory(const std::string& path, FileDescriptor& directory) {
    directory = FileDescriptor(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    return directory.is_open() ? 0 : errno;
}

}  // namespace

policy::Error file_error(std::string_view operation, SystemError error) {
    const std::string reason = std::string(operation) + ": " + std::generic_category().message(error);
    if (error == ENOSPC || error == EDQUOT)
        return policy::fail(policy::Code::kUnavailable, "the disk is full: " + reason);
    if (error == EMFILE || error == ENFILE) return policy::fail(policy::Code::kOverloaded, reason);
    return policy::fail(policy::Code::kUnavailable, reason);
}

SystemError Files::create(const std::string& path, FileDescriptor& file) {
    file = FileDescriptor(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    return file.is_open() ? 0 : errno;
}

SystemError Files::write(int file, std::span<const std::byte> bytes, std::uint64_t offset) {
    while (!bytes.empty()) {
        const ::ssize_t written = ::pwrite(file, bytes.data(), bytes.size(), static_cast<::off_t>(offset));
        if (written < 0) {
            if (errno == EINTR) continue;
            return errno;
        }
        bytes = bytes.subspan(static_cast<std::size_t>(written));
        offset += static_cast<std::uint64_t>(written);
    }
    return 0;
}

void Files::start_writeback(int file, std::uint64_t offset, std::uint64_t size) {
    ::sync_file_range(file, static_cast<::off64_t>(offset), static_cast<::off64_t>(size), SYNC_FILE_RANGE_WRITE);
}

SystemError Files::sync(int file) {
    return outcome_of(::fsync(file));
}

SystemError Files::rename_new(const std::string& from, const std::string& to) {
    const SystemError error = outcome_of(::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE));
    if (error != EINVAL && error != ENOSYS) return error;
    // A file system that cannot: link() never overwrites either, but a crash before unlink() leaves a second name to
    // sweep.
    const SystemError linked = outcome_of(::link(from.c_str(), to.c_str()));
    if (linked == 0) ::unlink(from.c_str());
    return linked;
}

SystemError Files::make_directory(const std::string& path) {
    return outcome_of(::mkdir(path.c_str(), 0700));
}

SystemError Files::sync_directory(const std::string& path) {
    FileDescriptor directory;
    const SystemError error = open_directory(path, directory);
    return error != 0 ? error : outcome_of(::fsync(directory.number()));
}

SystemError Files::sync_file_system(const std::string& path) {
    FileDescriptor directory;
    const SystemError error = open_directory(path, directory);
    return error != 0 ? error : outcome_of(::syncfs(directory.number()));
}

SystemError Files::unlink(const std::string& path) {
    return outcome_of(::unlink(path.c_str()));
}

SystemError Files::remove_directory(const std::string& path) {
    return outcome_of(::rmdir(path.c_str()));
}

}  // namespace storage::objects
