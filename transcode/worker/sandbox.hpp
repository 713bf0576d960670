#pragma once

#include <cstddef>
#include <cstdint>

namespace transcode::worker {

/// What a worker may use, from the moment on at which it is shut in.
struct Limits {
    std::size_t memory_in_bytes = std::size_t{768} * 1024 * 1024;  ///< Beside what the program and its libraries are.
    std::uint64_t cpu_in_seconds = 1800;
};

/// Shuts the process in, for good: no file, socket, process, program or executable page any more; only reading from and
/// writing to what is open, memory within its limit, and the end. Anything else kills the process. Also: no core dump,
/// no debugger, no privilege that comes back, and it dies with the gateway that started it.
///
/// Null, or what could not be done: then no file must be looked at.
const char* shut_in(const Limits& limits);

}  // namespace transcode::worker
