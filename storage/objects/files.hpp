#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "policy/result.hpp"
#include "storage/files/file_descriptor.hpp"

namespace storage::objects {

using files::FileDescriptor;

/// 0, or the errno of what went wrong.
using SystemError = int;

/// kUnavailable with the operation and the system's reason; a full disk says so. Too many open files is kOverloaded.
policy::Error file_error(std::string_view operation, SystemError error);

/// The system calls by which FileStore changes the disk: the seam at which tests make each of them fail.
///
/// All of them block. Thread safety: any number of threads.
class Files {
  public:
    Files() = default;
    virtual ~Files() = default;
    Files(const Files&) = delete;
    Files& operator=(const Files&) = delete;

    /// A new, empty file of mode 0600, open for writing.
    virtual SystemError create(const std::string& path, FileDescriptor& file);
    /// All of `bytes`, at `offset`.
    virtual SystemError write(int file, std::span<const std::byte> bytes, std::uint64_t offset);
    /// Starts to write a stretch to the disk and does not wait for it. A hint: it has no error.
    virtual void start_writeback(int file, std::uint64_t offset, std::uint64_t size);
    virtual SystemError sync(int file);
    /// EEXIST when there is something under `to`: it is never overwritten.
    virtual SystemError rename_new(const std::string& from, const std::string& to);
    virtual SystemError make_directory(const std::string& path);  ///< Mode 0700.
    virtual SystemError sync_directory(const std::string& path);
    virtual SystemError sync_file_system(const std::string& path);  ///< The one that holds `path`.
    virtual SystemError unlink(const std::string& path);
    virtual SystemError remove_directory(const std::string& path);
};

}  // namespace storage::objects
