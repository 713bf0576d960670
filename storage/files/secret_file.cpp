#include "storage/files/secret_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <string>

#include "storage/files/file_descriptor.hpp"
#include "storage/files/posix_error.hpp"

namespace storage::files {

using crypto::InsecureSecretAccess;
using crypto::SecretBytes;
using policy::Code;
using policy::fail;
using policy::Result;

namespace {

Result<void> check_rights(int descriptor, const std::filesystem::path& file, const std::string& what) {
    struct stat facts {};
    if (::fstat(descriptor, &facts) != 0) return posix_error(errno, "look at", file);
    if (!S_ISREG(facts.st_mode)) return fail(Code::kInvalid, file.string() + " is no regular file");
    if ((facts.st_mode & 077U) != 0) {
        return fail(Code::kInvalid, "the " + what + " " + file.string() + " is open to others: chmod 0600");
    }
    if (facts.st_uid != ::geteuid() && facts.st_uid != 0) {
        return fail(Code::kInvalid,
                    "the " + what + " " + file.string() + " belongs to another user: chown it to the service's");
    }
    return {};
}

}  // namespace

Result<SecretBytes> read_secret_file(const std::filesystem::path& file, std::string_view what, std::size_t most) {
    const std::string name(what);
    const FileDescriptor handle(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (!handle.is_open()) return posix_error(errno, "open the " + name, file);
    if (const auto rights = check_rights(handle.number(), file, name); !rights) return rights.error();
    SecretBytes text(most + 1);
    const auto room = text.writable(InsecureSecretAccess{});
    const ssize_t size = ::pread(handle.number(), room.data(), room.size(), 0);
    if (size < 0) return posix_error(errno, "read the " + name, file);
    if (static_cast<std::size_t>(size) > most)
        return fail(Code::kInvalid, "the " + name + " " + file.string() + " is too long to be one");
    return SecretBytes::copy_of(room.first(static_cast<std::size_t>(size)));
}

}  // namespace storage::files
