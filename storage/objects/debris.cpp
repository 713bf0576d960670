#include "storage/objects/debris.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

namespace storage::objects {

using policy::Result;

namespace {

Result<std::chrono::seconds> time_of_probe(FileTree& tree) {
    const std::string path = tree.new_temporary_path();
    FileDescriptor probe;
    const SystemError made = tree.files().create(path, probe);
    if (made != 0) return file_error("making a temporary file", made);
    struct stat facts {};
    const SystemError error = ::fstat(probe.number(), &facts) == 0 ? 0 : errno;
    const SystemError removed = tree.files().unlink(path);
    if (error != 0 || removed != 0) return file_error("trying out the temporary folder", error != 0 ? error : removed);
    return std::chrono::seconds(facts.st_mtim.tv_sec);
}

}  // namespace

Result<std::size_t> sweep_debris(FileTree& tree, std::chrono::seconds lease) {
    const auto now = time_of_probe(tree);
    if (!now) return now.error();
    std::error_code error;
    std::size_t swept = 0;
    std::filesystem::directory_iterator entry(tree.temporary_folder(), error);
    for (const std::filesystem::directory_iterator end; !error && entry != end; entry.increment(error)) {
        struct stat facts {};
        const std::string path = entry->path().string();
        if (::lstat(path.c_str(), &facts) != 0 || !S_ISREG(facts.st_mode)) continue;
        if (*now - std::chrono::seconds(facts.st_mtim.tv_sec) < lease)
            continue;  // an upload of another process, perhaps
        const SystemError removed = tree.files().unlink(path);
        if (removed != 0 && removed != ENOENT) return file_error("sweeping a temporary file", removed);
        ++swept;
    }
    if (error) return file_error("listing the temporary folder", error.value());
    return swept;
}

}  // namespace storage::objects
