#pragma once

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <limits>
#include <mutex>
#include <string>
#include <vector>

#include "storage/objects/files.hpp"

namespace tests {

/// The real system calls, of which a test makes some fail and counts others.
class FaultyFiles final : public storage::objects::Files {
  public:
    using SystemError = storage::objects::SystemError;

    std::atomic<std::uint64_t> room_in_bytes{std::numeric_limits<std::uint64_t>::max()};  ///< Then ENOSPC.
    std::atomic<SystemError> create_error{0};
    std::atomic<SystemError> sync_error{0};
    std::atomic<SystemError> rename_error{0};
    std::atomic<SystemError> sync_directory_error{0};
    std::atomic<SystemError> unlink_error{0};
    std::atomic<bool> slow_directory_sync{false};  ///< 20 ms each, so that others gather.
    std::atomic<unsigned> syncs{0};
    std::atomic<unsigned> directory_syncs{0};
    std::atomic<unsigned> file_system_syncs{0};
    std::atomic<unsigned> writebacks{0};

    SystemError create(const std::string& path, storage::objects::FileDescriptor& file) override;
    SystemError write(int file, std::span<const std::byte> bytes, std::uint64_t offset) override;
    void start_writeback(int file, std::uint64_t offset, std::uint64_t size) override;
    SystemError sync(int file) override;
    SystemError rename_new(const std::string& from, const std::string& to) override;
    SystemError sync_directory(const std::string& path) override;
    SystemError sync_file_system(const std::string& path) override;
    SystemError unlink(const std::string& path) override;
};

}  // namespace tests
