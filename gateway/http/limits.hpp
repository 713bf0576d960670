#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "gateway/http/request_head.hpp"

namespace gateway::http {

/// Every bound of the server. The start values are those of formats.md; each is a setting.
struct Limits {
    HeadLimits head;
    std::chrono::milliseconds handshake_time{10'000};  ///< From accept to a finished TLS handshake.
    std::chrono::milliseconds head_time{10'000};       ///< From the first byte of a request to the end of its head.
    std::chrono::milliseconds keep_alive{30'000};      ///< Silence between two requests.
    std::chrono::milliseconds body_grace{20'000};      ///< How long a body may fall behind the least rate.
    std::uint64_t body_bytes_per_second = 1000;        ///< The least rate of a body.
    std::chrono::milliseconds response_stall{60'000};  ///< A client that takes not one byte for so long is cut off.
    std::chrono::milliseconds linger{10'000};          ///< How long a refused client's remaining bytes are swallowed.
    std::chrono::milliseconds linger_silence{2'000};   ///< ... and how long we wait for the next of them.
    std::size_t connections = 20'000;                  ///< Of the whole server; past it new ones wait in the backlog.
    std::size_t drain_bytes =
        std::size_t{64} * 1024;  ///< An unread body up to this size is read away to keep the connection.
    std::size_t write_buffer_bytes =
        std::size_t{64} * 1024 * 1024;              ///< A loop's large write buffers; past it batches are 32 KiB.
    std::chrono::milliseconds watch_interval{250};  ///< How often deadlines are looked at: they are that exact.
};

}  // namespace gateway::http
