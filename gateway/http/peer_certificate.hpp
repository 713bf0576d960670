#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <optional>

#include "gateway/http/peer.hpp"

namespace gateway::http {

/// The fingerprint of the authority that the client's certificate was verified with: from the chain after a full
/// handshake, from the ticket after a resumed one. Nothing when the client presented no certificate.
std::optional<Sha256> authority_of(SSL* ssl);

/// The client's verified certificate, or null when it presented none.
std::shared_ptr<const PeerCertificate> peer_certificate_of(SSL* ssl);

}  // namespace gateway::http
