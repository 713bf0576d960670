#pragma once

#include <memory>

#include "gateway/http/openssl_ptr.hpp"
#include "gateway/http/server.hpp"
#include "policy/result.hpp"

namespace gateway::http {

/// The settings that all TLS connections of a listener share: TLS 1.3 only, TLS_AES_256_GCM_SHA384 first, X25519 and
/// P-256, no early data, one stateless ticket a connection. A ticket carries the client's certificate and the
/// fingerprint of the authority that vouched for it, sealed under keys of this context alone; it is of no use after the
/// certificate's expiry, after `ticket_life`, or to a context with other authorities.
///
/// Thread safety: a finished context may be shared by all loops.
policy::Result<std::shared_ptr<SSL_CTX>> make_tls_context(const TlsOptions& options);

}  // namespace gateway::http
