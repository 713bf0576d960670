#include "storage/objects/file_tree.hpp"

#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>

namespace storage::objects {

namespace {

constexpr std::size_t kMaxKnownFolders = 65536;  // a year of days with 256 folders each would be 93,696

std::atomic<std::uint64_t> temporaries{0};  // of the process: two stores may share a folder

}  // namespace

std::string FileTree::new_temporary_path() {
    static const auto kStarted = std::chrono::system_clock::now().time_since_epoch().count();
    return temporary_folder() + "/" + std::to_string(::getpid()) + "-" + std::to_string(kStarted) + "-" +
           std::to_string(temporaries.fetch_add(1, std::memory_order_relaxed));
}

policy::Result<void> FileTree::make_folder(const std::string& path) {
    if (path.size() <= root_.size()) return {};
    {
        const std::scoped_lock lock(mutex_);
        if (durable_.contains(path)) return {};
    }
    const std::string parent = parent_of(path);
    auto above = make_folder(parent);
    if (!above) return above;
    const SystemError made = files_->make_directory(path);
    if (made == ENOENT) {  // another one removed the empty parent meanwhile
        forget(parent);
        return policy::fail(policy::Code::kUnavailable, "a folder was removed while one was made in it");
    }
    if (made != 0 && made != EEXIST) return file_error("making a folder", made);
    // Also when it was there already: whoever made it may not have got to this yet.
    const SystemError synced = files_->sync_directory(parent);
    if (synced != 0) return file_error("fsync of a folder", synced);
    const std::scoped_lock lock(mutex_);
    if (durable_.size() >= kMaxKnownFolders) durable_.clear();
    durable_.insert(path);
    return {};
}

void FileTree::forget(const std::string& path) {
    const std::scoped_lock lock(mutex_);
    durable_.erase(path);
}

}  // namespace storage::objects
