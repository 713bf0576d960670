#pragma once

#include <openssl/ssl.h>

#include <memory>

#include "tests/bench/load/options.hpp"

namespace bench {

struct TlsFree {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using Tls = std::unique_ptr<SSL, TlsFree>;
using TlsContext = std::unique_ptr<SSL_CTX, TlsFree>;

/// TLS 1.3 with AES-256-GCM alone, so that every server does the same work. Throws std::runtime_error.
TlsContext make_context(const Options& options);

}  // namespace bench
