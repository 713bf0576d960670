#include "gateway/http/tls_context.hpp"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "gateway/http/peer_certificate.hpp"

namespace gateway::http {
namespace {

constexpr long kReadBufferBytes = 64L * 1024;

policy::Error invalid(std::string what) {
    const char* reason = ERR_reason_error_string(ERR_peek_last_error());
    ERR_clear_error();
    if (reason != nullptr) what += std::string(": ") + reason;
    return policy::fail(policy::Code::kInvalid, std::move(what));
}

BioPtr reader(std::string_view text) {
    return BioPtr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

/// No pass phrase: a prompt would hang a server.
int no_passphrase(char*, int, int, void*) {
    return 0;
}

policy::Result<void> use_identity(SSL_CTX* context, const TlsOptions& options) {
    const BioPtr chain = reader(options.certificate_chain_pem);
    const X509Ptr leaf(PEM_read_bio_X509(chain.get(), nullptr, no_passphrase, nullptr));
    if (!leaf || SSL_CTX_use_certificate(context, leaf.get()) != 1) return invalid("the server certificate");
    while (X509* issuer = PEM_read_bio_X509(chain.get(), nullptr, no_passphrase, nullptr)) {
        if (SSL_CTX_add0_chain_cert(context, issuer) == 1) continue;
        X509_free(issuer);
        return invalid("the chain of the server certificate");
    }
    ERR_clear_error();
    const BioPtr key_text = reader(options.private_key_pem);
    const PkeyPtr key(PEM_read_bio_PrivateKey(key_text.get(), nullptr, no_passphrase, nullptr));
    if (!key || SSL_CTX_use_PrivateKey(context, key.get()) != 1) return invalid("the server's private key");
    if (SSL_CTX_check_private_key(context) != 1) return invalid("certificate and key do not belong together");
    return {};
}

/// Trusts the given authorities for clients and names them in the certificate request.
policy::Result<void> use_authorities(SSL_CTX* context, const TlsOptions& options) {
    for (const std::string& text : options.client_authorities_pem) {
        const BioPtr bio = reader(text);
        int count = 0;
        while (X509* raw = PEM_read_bio_X509(bio.get(), nullptr, no_passphrase, nullptr)) {
            const X509Ptr authority(raw);
            const bool added = X509_STORE_add_cert(SSL_CTX_get_cert_store(context), raw) == 1 &&
                               SSL_CTX_add_client_CA(context, raw) == 1;
            if (!added) return invalid("a client authority");
            ++count;
        }
        ERR_clear_error();
        if (count == 0) return invalid("a client authority holds no certificate");
    }
    // A configured intermediate authority is an anchor too: a site may trust only that part of its hierarchy.
    X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context), X509_V_FLAG_PARTIAL_CHAIN);
    if (!options.client_authorities_pem.empty()) SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    return {};
}

/// Tickets of one set of authorities mean nothing under another.
void bind_sessions(SSL_CTX* context, const TlsOptions& options) {
    std::string all = "callvault";
    for (const std::string& text : options.client_authorities_pem) all += text;
    std::array<unsigned char, SHA256_DIGEST_LENGTH> id{};
    SHA256(reinterpret_cast<const unsigned char*>(all.data()), all.size(), id.data());
    static_assert(SHA256_DIGEST_LENGTH <= SSL_MAX_SID_CTX_LENGTH);
    SSL_CTX_set_session_id_context(context, id.data(), SHA256_DIGEST_LENGTH);
}

/// The verified chain is not part of a ticket: the one fact of it that is needed later goes along.
int seal_ticket(SSL* ssl, void*) {
    const auto authority = authority_of(ssl);
    if (!authority) return 1;
    return SSL_SESSION_set1_ticket_appdata(SSL_get_session(ssl), authority->data(), authority->size());
}

SSL_TICKET_RETURN open_ticket(SSL*, SSL_SESSION* session, const unsigned char*, std::size_t, SSL_TICKET_STATUS status,
                              void*) {
    if (status == SSL_TICKET_EMPTY || status == SSL_TICKET_NO_DECRYPT) return SSL_TICKET_RETURN_IGNORE_RENEW;
    if (status != SSL_TICKET_SUCCESS && status != SSL_TICKET_SUCCESS_RENEW) return SSL_TICKET_RETURN_ABORT;
    X509* client = SSL_SESSION_get0_peer(session);
    // A full handshake then looks at the certificate again, and refuses it with the right alert.
    if (client != nullptr && X509_cmp_current_time(X509_get0_notAfter(client)) <= 0) {
        return SSL_TICKET_RETURN_IGNORE_RENEW;
    }
    return SSL_TICKET_RETURN_USE_RENEW;
}

int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* in, unsigned in_size,
                    void*) {
    static constexpr std::string_view kHttp = "http/1.1";
    for (unsigned at = 0; at < in_size; at += 1U + in[at]) {
        if (std::string_view(reinterpret_cast<const char*>(in) + at + 1, in[at]) != kHttp) continue;
        *out = in + at + 1;
        *out_size = in[at];
        return SSL_TLSEXT_ERR_OK;
    }
    return SSL_TLSEXT_ERR_ALERT_FATAL;
}

bool restrict_protocol(SSL_CTX* context) {
    SSL_CTX_set_options(context, SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_max_early_data(context, 0);
    SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
    return SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) == 1 &&
           SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION) == 1 &&
           SSL_CTX_set_ciphersuites(
               context, "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256") == 1 &&
           SSL_CTX_set1_groups_list(context, "X25519:P-256") == 1;
}

/// One read() for up to 64 KiB of records; no buffer while a connection is idle.
void tune(SSL_CTX* context) {
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_read_ahead(context, 1);
    SSL_CTX_set_default_read_buffer_len(context, kReadBufferBytes);
}

}  // namespace

TlsOptions::~TlsOptions() {
    OPENSSL_cleanse(private_key_pem.data(), private_key_pem.size());
}

policy::Result<std::shared_ptr<SSL_CTX>> make_tls_context(const TlsOptions& options) {
    std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
    if (!context || !restrict_protocol(context.get())) return invalid("this OpenSSL lacks what is needed");
    tune(context.get());
    if (auto done = use_identity(context.get(), options); !done) return done.error();
    if (auto done = use_authorities(context.get(), options); !done) return done.error();
    bind_sessions(context.get(), options);
    SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(context.get(), 1);
    SSL_CTX_set_timeout(context.get(), options.ticket_life.count());
    SSL_CTX_set_session_ticket_cb(context.get(), seal_ticket, open_ticket, nullptr);
    return context;
}

}  // namespace gateway::http
