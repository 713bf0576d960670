#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <set>

#include "gateway/http/buffer_pool.hpp"
#include "gateway/http/limits.hpp"
#include "gateway/http/router.hpp"
#include "gateway/http/server.hpp"

namespace gateway::http {

class Session;

/// What all sessions of a server share. Outlives them.
struct SessionContext {
    SessionContext(const Router& routes, const Limits& bounds, ServerContext context)
        : router(routes), limits(bounds), outside(context) {}

    const Router& router;
    const Limits& limits;
    ServerContext outside;
    std::atomic<bool> draining{false};  ///< Every answer is its connection's last.
    std::atomic<bool> stopping{false};  ///< Stage one: running requests end, no further one is begun.
    std::atomic<std::size_t> open{
        0};  ///< What must end before the server may: sessions, acceptors, watches, errands to loops.
    std::mutex mutex;
    std::condition_variable ended;  ///< Told at each end.
};

/// The sessions of one loop. Used on that loop only.
struct LoopSessions {
    explicit LoopSessions(const Limits& limits) : pool(input_bytes(limits), limits.write_buffer_bytes) {}

    /// An input buffer holds the longest head that is allowed. An odd size: no other shelf of the pool has it.
    static std::size_t input_bytes(const Limits& limits) {
        return std::max(std::size_t{64} * 1024, limits.head.request_line_bytes + limits.head.head_bytes) | 1U;
    }
    BufferPool pool;
    std::set<Session*> sessions;
};

}  // namespace gateway::http
