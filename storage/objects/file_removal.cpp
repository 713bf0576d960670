#include "storage/objects/file_removal.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <utility>

#include "storage/async/at_once.hpp"
#include "storage/async/crash_point.hpp"

namespace storage::objects {

namespace asio = boost::asio;
using policy::Code;
using policy::fail;
using policy::Result;

namespace {

constexpr std::size_t kNamesAStep = 64;
constexpr std::size_t kFoldersAStep = 8;

using Paths = std::vector<std::string>;

std::size_t steps_for(std::size_t count, std::size_t per_step) {
    return (count + per_step - 1) / per_step;
}

std::span<const std::string> step_of(const Paths& paths, std::size_t step, std::size_t per_step) {
    const std::size_t first = step * per_step;
    return std::span(paths).subspan(first, std::min(per_step, paths.size() - first));
}

bool is_absence(SystemError error) {
    return error == ENOENT || error == ENOTDIR;
}

Result<void> unlink_all(Files& files, std::span<const std::string> paths) {
    for (const std::string& path : paths) {
        const SystemError error = files.unlink(path);
        if (error == 0 || is_absence(error)) continue;
        if (error == EPERM || error == EACCES)
            return fail(Code::kDenied, "the file system forbids to remove an object");
        return file_error("removing an object", error);
    }
    return {};
}

Result<void> expect_absent(std::span<const std::string> paths) {
    for (const std::string& path : paths) {
        struct stat facts {};
        if (::lstat(path.c_str(), &facts) == 0) return fail(Code::kUnavailable, "a removed object is still there");
        if (!is_absence(errno)) return file_error("looking for a removed object", errno);
    }
    return {};
}

/// Folders that wait for their fate, and those whose turn is next.
class Folders {
  public:
    explicit Folders(FileTree& tree) : tree_(tree) {}

    /// Removes a folder or leaves it to be synced. One that is gone already counts as removed.
    Result<void> settle(std::span<const std::string> paths) {
        for (const std::string& path : paths) {
            const bool is_root = path.size() <= tree_.root().size();
            tree_.forget(path);
            const SystemError error = is_root ? ENOTEMPTY : tree_.files().remove_directory(path);
            const std::scoped_lock lock(mutex_);
            if (error == 0 || is_absence(error)) {
                parents_.insert(FileTree::parent_of(path));
                to_sync_.erase(path);
            } else {
                to_sync_.insert(path);
            }
        }
        return {};
    }

    Paths take_parents() {
        const std::set<std::string> parents = std::exchange(parents_, {});
        return {parents.begin(), parents.end()};
    }
    Paths to_sync() const { return {to_sync_.begin(), to_sync_.end()}; }

  private:
    FileTree& tree_;
    std::mutex mutex_;
    std::set<std::string> parents_;
    std::set<std::string> to_sync_;
};

Result<void> sync_all(FileTree& tree, std::span<const std::string> folders) {
    for (std::string folder : folders) {
        SystemError error = tree.files().sync_directory(folder);
        while (error == ENOENT && folder.size() > tree.root().size()) {  // emptied and removed by another one meanwhile
            folder = FileTree::parent_of(folder);
            error = tree.files().sync_directory(folder);
        }
        if (error != 0) return file_error("fsync of a folder", error);
    }
    return {};
}

/// Steps on the pool, short ones (tens of milliseconds): other work of the pool comes in between.
asio::awaitable<Result<void>> run_steps(RemovalPlace place, std::size_t count, Deadline deadline,
                                        std::function<Result<void>(std::size_t)> step) {
    std::function<asio::awaitable<Result<void>>(std::size_t)> on_pool = [&place, &step](std::size_t index) {
        return place.pool.run([&step, index] { return step(index); });
    };
    co_return co_await async::run_at_once(count, place.jobs, async::AfterError::kGoOn, deadline, std::move(on_pool));
}

asio::awaitable<Result<void>> sync_folders(RemovalPlace place, Paths folders, Deadline deadline) {
    FileTree& tree = place.tree;
    if (place.sync_whole_file_system && folders.size() > 1) {
        co_return co_await place.pool.run([&tree]() -> Result<void> {
            const SystemError error = tree.files().sync_file_system(tree.root());
            if (error != 0) return file_error("syncfs", error);
            return {};
        });
    }
    co_return co_await run_steps(place, steps_for(folders.size(), kFoldersAStep), deadline, [&](std::size_t step) {
        return sync_all(tree, step_of(folders, step, kFoldersAStep));
    });
}

}  // namespace

asio::awaitable<Result<void>> remove_files(RemovalPlace place, std::vector<ObjectName> names, Deadline deadline) {
    FileTree& tree = place.tree;
    std::sort(names.begin(), names.end());
    Paths paths;
    std::set<std::string> touched;
    paths.reserve(names.size());
    for (const ObjectName& name : names) {
        paths.push_back(tree.path_of(name));
        touched.insert(tree.folder_of(name));
    }
    const std::size_t path_steps = steps_for(paths.size(), kNamesAStep);

    const Result<void> unlinked = co_await run_steps(place, path_steps, deadline, [&](std::size_t step) {
        return unlink_all(tree.files(), step_of(paths, step, kNamesAStep));
    });
    CALLVAULT_CRASH_POINT("objects.unlinked");
    if (!unlinked) co_return unlinked;

    Folders folders(tree);
    for (Paths level(touched.begin(), touched.end()); !level.empty(); level = folders.take_parents()) {
        const Result<void> settled =
            co_await run_steps(place, steps_for(level.size(), kFoldersAStep), deadline,
                               [&](std::size_t step) { return folders.settle(step_of(level, step, kFoldersAStep)); });
        if (!settled) co_return settled;
    }
    const Result<void> synced = co_await sync_folders(place, folders.to_sync(), deadline);
    CALLVAULT_CRASH_POINT("objects.removal_synced");
    if (!synced) co_return synced;

    co_return co_await run_steps(place, path_steps, deadline,
                                 [&](std::size_t step) { return expect_absent(step_of(paths, step, kNamesAStep)); });
}

}  // namespace storage::objects
