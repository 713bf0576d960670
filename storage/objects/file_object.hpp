#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "policy/result.hpp"
#include "storage/async/blocking_pool.hpp"
#include "storage/files/file_descriptor.hpp"
#include "storage/objects/object_store.hpp"

namespace storage::objects {

/// An open file of a file store. Reads what the page cache has at once, and the rest on the pool.
class FileObject final : public Object {
  public:
    /// Blocking. kNotFound when there is no such file.
    static policy::Result<std::shared_ptr<Object>> open(const std::string& path, async::BlockingPool& pool);

    FileObject(files::FileDescriptor file, std::uint64_t size, async::BlockingPool& pool)
        : file_(std::move(file)), size_(size), pool_(pool) {}

    std::uint64_t size_in_bytes() const noexcept override { return size_; }
    boost::asio::awaitable<policy::Result<std::size_t>> read(std::uint64_t offset, std::span<std::byte> out,
                                                             Deadline deadline) override;

  private:
    /// How many bytes the page cache gives without waiting; 0 when it cannot tell.
    policy::Result<std::size_t> read_cached(std::uint64_t offset, std::span<std::byte> out) const;
    policy::Result<std::size_t> read_blocking(std::uint64_t offset, std::span<std::byte> out) const;

    files::FileDescriptor file_;
    std::uint64_t size_;
    async::BlockingPool& pool_;
};

}  // namespace storage::objects
