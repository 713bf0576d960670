#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "policy/result.hpp"
#include "storage/async/blocking_pool.hpp"
#include "storage/objects/memory_budget.hpp"
#include "storage/objects/object_store.hpp"

namespace storage::objects {

class DirectorySync;
class FileTree;
class Files;

struct FileStoreOptions {
    std::filesystem::path root;  ///< Made (0700) when absent. One file system; the store's alone.
    /// Temporary files of crashed uploads are removed at start once they were last written this long ago.
    std::chrono::seconds upload_lease = std::chrono::hours(24);
    std::uint64_t writeback_every_bytes = std::uint64_t{8} << 20U;  ///< So that the last fsync of a long call is short.
    unsigned remove_jobs = 8;  ///< Unlinks at once in remove_many(); the pool should have more threads than this.
    /// remove_many() flushes the whole file system once, instead of each directory. Only for a file system of its own.
    bool sync_whole_file_system = false;
};

struct Space {
    std::uint64_t free_bytes = 0;
    std::uint64_t total_bytes = 0;
};

/// Objects as files of one folder. An object "a/b/c" is the file ROOT/a/b/c, mode 0600.
///
/// Durable write: temporary file in ROOT/.tmp -> pwrite, 256 KiB at a time -> fsync -> rename that never overwrites ->
/// fsync of the folder (one for all that wait) -> commit() succeeds. What a crash between two steps leaves is told in
/// README.md; it is never a half-written object. A failed fsync ends that write: the file is removed, and no fsync is
/// ever tried again on its handle.
///
/// Reads try the page cache on the calling thread (preadv2, RWF_NOWAIT) and else wait on the pool. A full disk is
/// kUnavailable. Folders that become empty are removed.
///
/// Several processes may share the folder (the server and a tool); NFS is not supported.
class FileStore final : public ObjectStore {
  public:
    /// Blocking: makes the folder, proves that it can be written, sweeps the debris. kInvalid or kUnavailable with the
    /// reason. `pool` and `budget` must outlive the store.
    static policy::Result<std::unique_ptr<FileStore>> open(FileStoreOptions options, async::BlockingPool& pool,
                                                           MemoryBudget& budget);
    /// The same over other system calls, for the tests of faults.
    static policy::Result<std::unique_ptr<FileStore>> open(FileStoreOptions options, async::BlockingPool& pool,
                                                           MemoryBudget& budget, std::shared_ptr<Files> files);
    ~FileStore() override;

    boost::asio::awaitable<policy::Result<std::unique_ptr<Upload>>> begin(ObjectName name,
                                                                          std::optional<std::uint64_t> length,
                                                                          Deadline deadline) override;
    boost::asio::awaitable<policy::Result<std::unique_ptr<Upload>>> begin_with(MemoryGrant memory, ObjectName name,
                                                                               std::optional<std::uint64_t> length,
                                                                               Deadline deadline) override;
    boost::asio::awaitable<policy::Result<std::shared_ptr<Object>>> open(ObjectName name, Deadline deadline) override;
    boost::asio::awaitable<policy::Result<Listing>> list(std::string prefix, std::string after, std::size_t limit,
                                                         Deadline deadline) override;
    boost::asio::awaitable<policy::Result<void>> remove(ObjectName name, Deadline deadline) override;
    boost::asio::awaitable<policy::Result<void>> remove_many(std::vector<ObjectName> names, Deadline deadline) override;
    boost::asio::awaitable<policy::Result<std::optional<std::uint64_t>>> look(Deadline deadline) override;
    boost::asio::awaitable<policy::Result<std::size_t>> sweep(std::chrono::seconds lease, Deadline deadline) override;

    /// What is left on the file system, for metrics and readiness. Does not block on a local one.
    policy::Result<Space> space() const;

  private:
    FileStore(FileStoreOptions options, async::BlockingPool& pool, MemoryBudget& budget, std::shared_ptr<Files> files);

    FileStoreOptions options_;
    async::BlockingPool& pool_;
    MemoryBudget& budget_;
    std::unique_ptr<FileTree> tree_;
    std::unique_ptr<DirectorySync> folders_;
};

}  // namespace storage::objects
