#pragma once

#include <sys/types.h>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "policy/time.hpp"

namespace gateway::http {

using Sha256 = std::array<std::uint8_t, 32>;

/// A client certificate that passed verification: chain to a configured authority, in its validity, usable for client
/// authentication. Any other is refused during the handshake with a TLS alert, so no handler ever meets one.
struct PeerCertificate {
    Sha256 sha256{};            ///< Of the DER certificate: what `cnf.x5t#S256` (RFC 8705) and a pin compare with.
    Sha256 authority_sha256{};  ///< Of the DER certificate of the trust anchor that the chain ended in.
    std::string subject;        ///< RFC 2253 text, most specific part first ("CN=pbx-1,O=Example"); UTF-8, escaped.
    std::string issuer;         ///< The same of the issuer.
    std::string serial;         ///< Lowercase hexadecimal, no leading zeros.
    policy::Instant not_after{};
};

/// The process at the other end of a Unix socket, as the kernel says (SO_PEERCRED at connect time).
struct LocalPeer {
    uid_t uid = 0;
    gid_t gid = 0;
    pid_t pid = 0;
};

/// Who is at the other end of a connection. The same for all requests of a connection, resumed TLS sessions included.
struct Peer {
    std::string address;  ///< Textual IP address; empty for a Unix socket. Personal data:
                          ///< for rate limits, never for a log.
    bool secure = false;  ///< Came over TLS.
    std::shared_ptr<const PeerCertificate> certificate;  ///< Null when the client presented none.
    std::optional<LocalPeer> local;                      ///< Set for a Unix socket only.
};

}  // namespace gateway::http
