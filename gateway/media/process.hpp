#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "policy/result.hpp"

namespace gateway::media {

/// A worker as a process, and our end of its socket pair. Ended and waited for at the latest when this goes.
///
/// Thread safety: none. Ownership: of the process and the descriptor.
class Process {
  public:
    /// Starts `program` with nothing but its socket: no environment, no argument, no other descriptor. kUnavailable: it
    /// cannot be started.
    static policy::Result<Process> start(const std::string& program);

    Process(Process&& other) noexcept;
    Process& operator=(Process&& other) noexcept;
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;
    ~Process();

    /// Our end of the socket; the caller owns it from now on.
    int take_socket() noexcept;

    /// Ends it now, however far it is.
    void kill() noexcept;
    /// How it went, as waitpid() says it, once it is gone.
    std::optional<int> gone() noexcept;

  private:
    Process(pid_t pid, int socket) : pid_(pid), socket_(socket) {}

    pid_t pid_ = -1;
    int socket_ = -1;
};

}  // namespace gateway::media
