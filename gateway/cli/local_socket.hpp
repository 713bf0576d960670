#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <span>
#include <string_view>

#include "policy/result.hpp"

namespace gateway::cli {

using Deadline = std::chrono::steady_clock::time_point;

/// One connection of a Unix stream socket; blocking, each call until a deadline. Move-only; not for two threads at
/// once. Errors: kDeadline; kUnavailable when the other side is gone; connect() see there.
class LocalSocket {
  public:
    /// kNotFound: no socket there. kUnavailable: a socket, and nobody listens. kDenied: no right to use it. kInvalid:
    /// the path is too long for a socket.
    static policy::Result<LocalSocket> connect(const std::filesystem::path& path, Deadline deadline);
    /// Takes over a connected descriptor.
    explicit LocalSocket(int descriptor);
    LocalSocket(LocalSocket&& other) noexcept;
    LocalSocket& operator=(LocalSocket&&) = delete;
    ~LocalSocket();

    policy::Result<void> write_all(std::string_view bytes, Deadline deadline);
    /// Waits for bytes; 0 when the other side has ended the connection.
    policy::Result<std::size_t> read_some(std::span<char> into, Deadline deadline);

  private:
    policy::Result<void> wait_for(short events, Deadline deadline) const;

    int descriptor_;
};

}  // namespace gateway::cli
