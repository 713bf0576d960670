#include "gateway/http/tls_transport.hpp"

#include <openssl/err.h>
#include <sys/socket.h>

#include <cerrno>
#include <new>

#include "gateway/http/peer_certificate.hpp"

namespace gateway::http {

/// The BIO under each SSL: reads the socket, writes into the transport's gathering buffer.
struct GatherBio {
    static int read(BIO* bio, char* into, int size) {
        const auto* transport = static_cast<TlsTransport*>(BIO_get_data(bio));
        BIO_clear_retry_flags(bio);
        for (;;) {
            const ssize_t n = ::recv(transport->descriptor(), into, static_cast<std::size_t>(size), 0);
            if (n >= 0) return static_cast<int>(n);
            if (errno == EINTR) continue;
            if (errno == EAGAIN || errno == EWOULDBLOCK) BIO_set_retry_read(bio);
            return -1;
        }
    }

    static int write(BIO* bio, const char* from, int size) {
        auto* transport = static_cast<TlsTransport*>(BIO_get_data(bio));
        transport->gather(std::as_bytes(std::span(from, static_cast<std::size_t>(size))));
        return size;
    }

    static long control(BIO*, int command, long, void*) {
        return command == BIO_CTRL_FLUSH || command == BIO_CTRL_DUP ? 1 : 0;
    }

    static const BIO_METHOD* method() {
        static const BIO_METHOD* const kMethod = [] {
            BIO_METHOD* made = BIO_meth_new(BIO_TYPE_SOURCE_SINK | BIO_get_new_index(), "gather");
            if (made == nullptr) throw std::bad_alloc();
            BIO_meth_set_read(made, read);
            BIO_meth_set_write(made, write);
            BIO_meth_set_ctrl(made, control);
            return made;
        }();
        return kMethod;
    }
};

TlsTransport::TlsTransport(int descriptor, BufferPool& pool, SSL_CTX* context)
    : Transport(descriptor, pool), ssl_(SSL_new(context)) {
    BIO* bio = BIO_new(GatherBio::method());
    if (!ssl_ || bio == nullptr) throw std::bad_alloc();
    BIO_set_data(bio, this);
    BIO_set_init(bio, 1);
    SSL_set_bio(ssl_.get(), bio, bio);
    SSL_set_accept_state(ssl_.get());
}

Io TlsTransport::outcome_of(int result) {
    switch (SSL_get_error(ssl_.get(), result)) {
        case SSL_ERROR_WANT_READ:
            return Io::kWantRead;
        case SSL_ERROR_WANT_WRITE:
            return Io::kWantWrite;
        case SSL_ERROR_ZERO_RETURN:
            return Io::kEnd;
        default:
            break;
    }
    const char* reason = ERR_reason_error_string(ERR_peek_error());
    failure_ = reason == nullptr ? "connection lost" : reason;
    const long verdict = SSL_get_verify_result(ssl_.get());
    if (verdict != X509_V_OK) failure_ = X509_verify_cert_error_string(verdict);
    ERR_clear_error();
    return Io::kFailed;
}

Io TlsTransport::handshake() {
    ERR_clear_error();
    const int result = SSL_do_handshake(ssl_.get());
    return result == 1 ? Io::kDone : outcome_of(result);
}

Io TlsTransport::read(std::span<std::byte> into, std::size_t& n) {
    ERR_clear_error();
    const int result = SSL_read_ex(ssl_.get(), into.data(), into.size(), &n);
    return result == 1 ? Io::kDone : outcome_of(result);
}

bool TlsTransport::write(std::span<const std::byte> bytes) {
    if (bytes.empty()) return true;
    ERR_clear_error();
    std::size_t taken = 0;
    const int result = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &taken);
    if (result == 1 && taken == bytes.size()) return true;
    outcome_of(result);
    return false;
}

void TlsTransport::say_goodbye() {
    ERR_clear_error();
    if (SSL_is_init_finished(ssl_.get()) == 1) SSL_shutdown(ssl_.get());
    ERR_clear_error();
}

void TlsTransport::describe(Peer& peer) const {
    peer.secure = true;
    peer.certificate = peer_certificate_of(ssl_.get());
}

}  // namespace gateway::http
