#include "tests/bench/load/tls.hpp"

#include <openssl/err.h>

#include <stdexcept>

namespace bench {

namespace {

void must(int result, const char* what) {
    if (result == 1) return;
    const char* reason = ERR_reason_error_string(ERR_peek_last_error());
    throw std::runtime_error(std::string(what) + ": " + (reason == nullptr ? "failed" : reason));
}

}  // namespace

TlsContext make_context(const Options& options) {
    TlsContext context(SSL_CTX_new(TLS_client_method()));
    must(context ? 1 : 0, "a TLS context");
    must(SSL_CTX_set_min_proto_version(context.get(), TLS1_3_VERSION) == 1 ? 1 : 0, "TLS 1.3");
    must(SSL_CTX_set_ciphersuites(context.get(), "TLS_AES_256_GCM_SHA384"), "the cipher");
    must(SSL_CTX_set1_groups_list(context.get(), "X25519") == 1 ? 1 : 0, "the group");
    if (!options.authority.empty()) {
        must(SSL_CTX_load_verify_file(context.get(), options.authority.c_str()), "the authority");
        SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
    }
    if (!options.certificate.empty()) {
        must(SSL_CTX_use_certificate_chain_file(context.get(), options.certificate.c_str()), "the certificate");
        must(SSL_CTX_use_PrivateKey_file(context.get(), options.key.c_str(), SSL_FILETYPE_PEM), "the key");
    }
    SSL_CTX_set_mode(context.get(),
                     SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_read_ahead(context.get(), 1);
    SSL_CTX_set_default_read_buffer_len(context.get(), 65536);
    return context;
}

}  // namespace bench
