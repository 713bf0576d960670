#include "tests/support/faulty_files.hpp"

#include <chrono>
#include <thread>

namespace tests {

using storage::objects::FileDescriptor;
using storage::objects::Files;
using storage::objects::SystemError;

SystemError FaultyFiles::create(const std::string& path, FileDescriptor& file) {
    if (create_error != 0) return create_error;
    return Files::create(path, file);
}

SystemError FaultyFiles::write(int file, std::span<const std::byte> bytes, std::uint64_t offset) {
    const std::uint64_t room = room_in_bytes;
    if (bytes.size() > room) {  // as a real disk: what fits is written, then there is no space left
        Files::write(file, bytes.first(static_cast<std::size_t>(room)), offset);
        room_in_bytes = 0;
        return ENOSPC;
    }
    room_in_bytes = room - bytes.size();
    return Files::write(file, bytes, offset);
}

void FaultyFiles::start_writeback(int file, std::uint64_t offset, std::uint64_t size) {
    ++writebacks;
    Files::start_writeback(file, offset, size);
}

SystemError FaultyFiles::sync(int file) {
    ++syncs;
    if (sync_error != 0) return sync_error;
    return Files::sync(file);
}

SystemError FaultyFiles::rename_new(const std::string& from, const std::string& to) {
    if (rename_error != 0) return rename_error;
    return Files::rename_new(from, to);
}

SystemError FaultyFiles::sync_directory(const std::string& path) {
    ++directory_syncs;
    if (slow_directory_sync) std::this_thread::sleep_for(std::chrono::milliseconds(20));
    if (sync_directory_error != 0) return sync_directory_error;
    return Files::sync_directory(path);
}

SystemError FaultyFiles::sync_file_system(const std::string& path) {
    ++file_system_syncs;
    return Files::sync_file_system(path);
}

SystemError FaultyFiles::unlink(const std::string& path) {
    if (unlink_error != 0) return unlink_error;
    return Files::unlink(path);
}

}  // namespace tests
