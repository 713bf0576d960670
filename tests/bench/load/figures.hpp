#pragma once

#include <cstdint>
#include <iosfwd>
#include <string_view>

#include "tests/bench/load/latencies.hpp"
#include "tests/bench/load/process_use.hpp"

namespace bench {

/// What a run counted. Requests count from the end of the warm-up to the end of the measured time.
struct Figures {
    std::uint64_t requests = 0, bytes = 0;
    std::uint64_t errors = 0;      ///< Refused, cut or unreadable; never hidden.
    std::uint64_t wrong = 0;       ///< Answers whose bytes or receipt were not the expected ones.
    std::uint64_t late = 0;        ///< kPaced: planned while the one before was still running.
    std::uint64_t body_bytes = 0;  ///< Sent or received in all, warm-up and unfinished requests too.
    Latencies whole, first_byte;   ///< From the planned moment on.
    double seconds = 0;
    double resident_before = 0, resident_peak = 0;
    ProcessUse begun, ended;
};

/// One line of JSON.
void print(std::ostream& out, const Figures& figures, std::size_t connections);

}  // namespace bench
