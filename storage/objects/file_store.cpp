#include "storage/objects/file_store.hpp"

#include <sys/statvfs.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include "storage/objects/debris.hpp"
#include "storage/objects/directory_sync.hpp"
#include "storage/objects/file_listing.hpp"
#include "storage/objects/file_object.hpp"
#include "storage/objects/file_removal.hpp"
#include "storage/objects/file_tree.hpp"
#include "storage/objects/file_upload.hpp"

namespace storage::objects {

namespace asio = boost::asio;
using policy::Code;
using policy::fail;
using policy::Result;

namespace {

constexpr std::size_t kMaxPage = 10000;

Result<void> make_root(FileTree& tree) {
    std::error_code error;
    const std::filesystem::path above = std::filesystem::path(tree.root()).parent_path();
    std::filesystem::create_directories(above, error);
    if (error) return file_error("making the folder above the store", error.value());
    for (const std::string& folder : {tree.root(), tree.temporary_folder()}) {
        const SystemError made = tree.files().make_directory(folder);
        if (made != 0 && made != EEXIST) return file_error("making the store's folder", made);
        const SystemError synced = tree.files().sync_directory(FileTree::parent_of(folder));
        if (synced != 0) return file_error("fsync of a folder", synced);
    }
    return {};
}

std::optional<policy::Error> past(Deadline deadline) {
    if (std::chrono::steady_clock::now() < deadline) return std::nullopt;
    return fail(Code::kDeadline, "no time left for the object store");
}

}  // namespace

FileStore::FileStore(FileStoreOptions options, async::BlockingPool& pool, MemoryBudget& budget,
                     std::shared_ptr<Files> files)
    : options_(std::move(options)),
      pool_(pool),
      budget_(budget),
      tree_(std::make_unique<FileTree>(options_.root.string(), files)),
      folders_(std::make_unique<DirectorySync>(std::move(files), pool)) {}

FileStore::~FileStore() = default;

Result<std::unique_ptr<FileStore>> FileStore::open(FileStoreOptions options, async::BlockingPool& pool,
                                                   MemoryBudget& budget) {
    return open(std::move(options), pool, budget, std::make_shared<Files>());
}

Result<std::unique_ptr<FileStore>> FileStore::open(FileStoreOptions options, async::BlockingPool& pool,
                                                   MemoryBudget& budget, std::shared_ptr<Files> files) {
    options.root = options.root.lexically_normal();
    if (!options.root.has_filename()) options.root = options.root.parent_path();
    if (!options.root.is_absolute() || options.root == options.root.root_path()) {
        return fail(Code::kInvalid, "the store's folder must be an absolute path below /");
    }
    std::unique_ptr<FileStore> store(new FileStore(std::move(options), pool, budget, std::move(files)));
    const auto made = make_root(*store->tree_);
    if (!made) return made.error();
    const auto swept = sweep_debris(*store->tree_, store->options_.upload_lease);
    if (!swept) return swept.error();
    return store;
}

asio::awaitable<Result<std::unique_ptr<Upload>>> FileStore::begin(ObjectName name, std::optional<std::uint64_t> length,
                                                                  Deadline deadline) {
    if (auto late = past(deadline)) co_return std::move(*late);
    auto memory = co_await budget_.acquire(upload_memory(length), deadline);
    if (!memory) co_return memory.error();
    co_return co_await begin_with(std::move(*memory), std::move(name), length, deadline);
}

asio::awaitable<Result<std::unique_ptr<Upload>>> FileStore::begin_with(MemoryGrant memory, ObjectName name,
                                                                       std::optional<std::uint64_t> length,
                                                                       Deadline deadline) {
    if (auto late = past(deadline)) co_return std::move(*late);
    const UploadPlace place{*tree_, *folders_, pool_, options_.writeback_every_bytes};
    co_return std::unique_ptr<Upload>(
        std::make_unique<FileUpload>(place, std::move(name), length, deadline, std::move(memory)));
}

asio::awaitable<Result<std::shared_ptr<Object>>> FileStore::open(ObjectName name, Deadline deadline) {
    if (auto late = past(deadline)) co_return std::move(*late);
    const std::string path = tree_->path_of(name);
    co_return co_await pool_.run([this, &path] { return FileObject::open(path, pool_); });
}

asio::awaitable<Result<Listing>> FileStore::list(std::string prefix, std::string after, std::size_t limit,
                                                 Deadline deadline) {
    if (!is_possible_prefix(prefix) || !is_possible_prefix(after) || limit < 1 || limit > kMaxPage) {
        co_return fail(Code::kInvalid, "not a prefix, a place or a size of an object listing");
    }
    if (auto late = past(deadline)) co_return std::move(*late);
    co_return co_await pool_.run([&] { return list_files(tree_->root(), prefix, after, limit); });
}

asio::awaitable<Result<void>> FileStore::remove(ObjectName name, Deadline deadline) {
    std::vector<ObjectName> names;
    names.push_back(std::move(name));
    co_return co_await remove_many(std::move(names), deadline);
}

asio::awaitable<Result<void>> FileStore::remove_many(std::vector<ObjectName> names, Deadline deadline) {
    if (auto late = past(deadline)) co_return std::move(*late);
    const RemovalPlace place{*tree_, pool_, options_.remove_jobs, options_.sync_whole_file_system};
    co_return co_await remove_files(place, std::move(names), deadline);
}

asio::awaitable<Result<std::optional<std::uint64_t>>> FileStore::look(Deadline) {
    const auto found = space();
    if (!found) co_return found.error();
    co_return std::optional(found->free_bytes);
}

asio::awaitable<Result<std::size_t>> FileStore::sweep(std::chrono::seconds, Deadline) {
    co_return std::size_t{0};  // open() did
}

Result<Space> FileStore::space() const {
    struct statvfs facts {};
    if (::statvfs(tree_->root().c_str(), &facts) != 0) return file_error("asking for free space", errno);
    const std::uint64_t unit = facts.f_frsize;
    return Space{facts.f_bavail * unit, facts.f_blocks * unit};
}

}  // namespace storage::objects
