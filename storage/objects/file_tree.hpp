#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <unordered_set>

#include "policy/result.hpp"
#include "storage/objects/files.hpp"
#include "storage/objects/object_name.hpp"

namespace storage::objects {

/// Where things lie in the folder of a file store, and which folders are known to be durable.
///
/// Thread safety: all of it. The calls that make folders block.
class FileTree {
  public:
    FileTree(std::string root, std::shared_ptr<Files> files) : root_(std::move(root)), files_(std::move(files)) {}

    const std::string& root() const noexcept { return root_; }
    Files& files() const noexcept { return *files_; }
    std::string path_of(const ObjectName& name) const { return root_ + "/" + name.text(); }
    std::string folder_of(const ObjectName& name) const { return parent_of(path_of(name)); }
    std::string temporary_folder() const { return root_ + "/.tmp"; }
    std::string new_temporary_path();  ///< Never the same twice, not in another process either.
    static std::string parent_of(const std::string& path) { return path.substr(0, path.rfind('/')); }

    /// Makes a folder below the root and those above it, each durable in its parent when this returns.
    policy::Result<void> make_folder(const std::string& path);
    /// The folder was removed, or may have been: the next make_folder() looks again.
    void forget(const std::string& path);

  private:
    const std::string root_;
    const std::shared_ptr<Files> files_;
    std::mutex mutex_;
    std::unordered_set<std::string> durable_;  ///< At most kMaxKnownFolders; it only saves system calls.
};

}  // namespace storage::objects
