#pragma once

#include <cstdint>
#include <filesystem>
#include <iosfwd>
#include <string>

#include "gateway/verify/witness.hpp"

namespace gateway::verify {

struct WitnessServerOptions {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;                 ///< 0: any that is free.
    std::filesystem::path certificate;      ///< PEM chain.
    std::filesystem::path certificate_key;  ///< PEM; empty: in the file of the certificate.
};

/// Serves a witness over TLS 1.3 until SIGTERM or SIGINT:
///
///   POST /add-checkpoint                   c2sp.org/tlog-witness
///   GET  /<SHA-256 of an origin>/checkpoint  what it signed last of that log
///
/// Says on `out` where it listens, and a line for each checkpoint. At most 64 connections, one request each, silent for
/// 10 s at most; a request of more than 64 KiB is refused. Throws Unreadable when it cannot listen.
void serve_witness(Witness& witness, const WitnessServerOptions& options, std::ostream& out);

}  // namespace gateway::verify
