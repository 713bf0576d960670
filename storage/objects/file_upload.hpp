#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "storage/async/blocking_pool.hpp"
#include "storage/objects/directory_sync.hpp"
#include "storage/objects/file_tree.hpp"
#include "storage/objects/memory_budget.hpp"
#include "storage/objects/object_store.hpp"

namespace storage::objects {

/// What every upload of a file store works with; owned by the store.
struct UploadPlace {
    FileTree& tree;
    DirectorySync& folders;
    async::BlockingPool& pool;
    std::uint64_t writeback_every_bytes;
};

/// An upload into a file store: see file_store.hpp for the order of its steps. The temporary file is made by the first
/// batch, so a small object costs two jobs of the pool: one makes, writes, syncs and renames the file, one syncs its
/// folder.
class FileUpload final : public Upload {
  public:
    FileUpload(UploadPlace place, ObjectName name, std::optional<std::uint64_t> length, Deadline deadline,
               MemoryGrant grant);
    ~FileUpload() override;

    boost::asio::awaitable<policy::Result<void>> write(std::span<const std::byte> bytes) override;
    boost::asio::awaitable<policy::Result<void>> commit() override;
    boost::asio::awaitable<void> abort() override;

  private:
    boost::asio::awaitable<policy::Result<void>> flush(std::span<const std::byte> bytes);
    std::optional<policy::Error> stop_before(const char* step) const;
    policy::Error die(policy::Error error);

    // These block, on the pool.
    policy::Result<void> write_out(std::span<const std::byte> bytes);
    policy::Result<void> sync_and_rename();
    policy::Result<void> rename_into_place();
    policy::Result<void> take_back(policy::Error reason);
    void discard() noexcept;

    UploadPlace place_;
    ObjectName name_;
    std::optional<std::uint64_t> length_;
    Deadline deadline_;
    MemoryGrant grant_;
    std::vector<std::byte> buffer_;   ///< Less than a batch.
    std::uint64_t received_ = 0;      ///< Bytes given to write().
    std::uint64_t written_ = 0;       ///< Of these, in the file.
    std::uint64_t writing_back_ = 0;  ///< Of these, on their way to the disk.
    FileDescriptor file_;
    std::string temporary_;  ///< Empty: there is none (yet, or any more).
    std::optional<policy::Error> ended_;
};

}  // namespace storage::objects
