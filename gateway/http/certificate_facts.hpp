#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gateway/http/server.hpp"
#include "policy/result.hpp"
#include "policy/time.hpp"

namespace gateway::http {

/// What an operator asks of a certificate.
struct CertificateFacts {
    std::string subject;  ///< RFC 2253.
    policy::Instant from{};
    policy::Instant until{};
};

/// The certificates of a PEM text, in its order. kInvalid when it holds none, or one that cannot be read.
policy::Result<std::vector<CertificateFacts>> certificates_of(std::string_view pem);

/// Whether a listener could use these: the certificate and key belong together, the authorities can be read. kInvalid
/// says what is wrong.
policy::Result<void> check_tls_options(const TlsOptions& options);

}  // namespace gateway::http
