#pragma once

#include <sys/types.h>
#include <cstdint>
#include <string>
#include <vector>

namespace bench {

/// What each connection does until the time is over.
enum class Mode {
    kRanges,  ///< GET of a random range, one after another
    kWhole,   ///< GET of the whole file, one after another
    kPaced,   ///< GET of the next range once a period, as a player does
    kPut,     ///< PUT of the body file, one after another; with a rate: slowly
};

struct Options {
    Mode mode = Mode::kRanges;
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;
    std::size_t connections = 1;
    double seconds = 5;         ///< Measured time.
    double warm_seconds = 0.3;  ///< Time before that, not measured.
    std::string requests;       ///< File: PATH TAB HEADER TAB HEADER ... a line; see request_lines.hpp.
    std::string file;           ///< What GET must bring, byte for byte; what PUT sends.
    std::uint64_t shortest = 65536, longest = 1048576;  ///< Lengths of ranges, in bytes.
    double period_seconds = 10;                         ///< kPaced
    double bytes_per_second = 0;                        ///< kPut: of one connection; 0 does not slow down.
    std::string answer;                                 ///< kPut: text that each answer's body must contain.
    std::string authority, certificate, key;            ///< PEM files; without a certificate none is shown.
    std::vector<pid_t> server;                          ///< Whose CPU time and memory to report.
};

/// Reads the command line; says on stderr what is wrong and exits with 2.
Options read_options(int argc, char** argv);

}  // namespace bench
