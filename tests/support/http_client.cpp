#include "tests/support/http_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstring>
#include <stdexcept>

#include "gateway/http/ascii.hpp"

namespace tests {
namespace {

void expect(bool done, const char* what) {
    if (!done) throw std::runtime_error(what);
}

std::string newest_tls_error() {
    const char* reason = ERR_reason_error_string(ERR_peek_last_error());
    ERR_clear_error();
    return reason == nullptr ? "connection lost" : reason;
}

std::shared_ptr<X509> certificate_of(const std::string& pem) {
    BIO* bio = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
    std::shared_ptr<X509> certificate(PEM_read_bio_X509(bio, nullptr, nullptr, nullptr), X509_free);
    BIO_free(bio);
    expect(certificate != nullptr, "not a certificate");
    return certificate;
}

std::shared_ptr<EVP_PKEY> key_of(const std::string& pem) {
    BIO* bio = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
    std::shared_ptr<EVP_PKEY> key(PEM_read_bio_PrivateKey(bio, nullptr, nullptr, nullptr), EVP_PKEY_free);
    BIO_free(bio);
    expect(key != nullptr, "not a key");
    return key;
}

/// What a reply's head says, apart from its body.
Answer parse_head(std::string_view head) {
    Answer answer;
    answer.status = static_cast<unsigned>(std::stoul(std::string(head.substr(9, 3))));
    head.remove_prefix(head.find("\r\n") + 2);
    while (!head.empty()) {
        const std::string_view line = head.substr(0, head.find("\r\n"));
        head.remove_prefix(std::min(head.size(), line.size() + 2));
        const std::size_t colon = line.find(": ");
        if (colon != std::string_view::npos) answer.headers.emplace_back(line.substr(0, colon), line.substr(colon + 2));
    }
    return answer;
}

}  // namespace

std::string Answer::header(std::string_view name) const {
    for (const auto& [theirs, value] : headers) {
        if (gateway::http::same_text(theirs, name)) return value;
    }
    return {};
}

TlsClient::TlsClient(const CertifiedKey& authority, const CertifiedKey* identity, int most,
                     const CertificateAuthority* between)
    : context_(SSL_CTX_new(TLS_client_method()), SSL_CTX_free) {
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context_.get()), certificate_of(authority.certificate_pem).get());
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_max_proto_version(context_.get(), most);
    SSL_CTX_set_app_data(context_.get(), this);
    SSL_CTX_set_session_cache_mode(context_.get(), SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL_STORE);
    SSL_CTX_sess_set_new_cb(context_.get(), keep_session);
    if (identity == nullptr) return;
    expect(SSL_CTX_use_certificate(context_.get(), certificate_of(identity->certificate_pem).get()) == 1,
           "client certificate");
    expect(SSL_CTX_use_PrivateKey(context_.get(), key_of(identity->key_pem).get()) == 1, "client key");
    if (between != nullptr)
        SSL_CTX_add1_chain_cert(context_.get(), certificate_of(between->own().certificate_pem).get());
}

int TlsClient::keep_session(SSL* ssl, SSL_SESSION* session) {
    auto* self = static_cast<TlsClient*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
    self->sessions_.emplace_back(session, SSL_SESSION_free);
    return 1;
}

HttpConnection::HttpConnection(int descriptor) : descriptor_(descriptor) {
    std::signal(SIGPIPE, SIG_IGN);
    const timeval most{10, 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &most, sizeof most);
    ::setsockopt(descriptor_, SOL_SOCKET, SO_SNDTIMEO, &most, sizeof most);
}

HttpConnection::HttpConnection(HttpConnection&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      ssl_(std::move(other.ssl_)),
      in_(std::move(other.in_)),
      failure_(std::move(other.failure_)) {}

HttpConnection::~HttpConnection() {
    // Without a word of parting OpenSSL would hold the session for broken and never resume it.
    if (ssl_) SSL_set_shutdown(ssl_.get(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
    if (descriptor_ >= 0) ::close(descriptor_);
}

HttpConnection HttpConnection::to_port(std::uint16_t port) {
    HttpConnection connection(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_port = htons(port);
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    expect(::connect(connection.descriptor_, reinterpret_cast<const sockaddr*>(&where), sizeof where) == 0,
           "cannot connect");
    return connection;
}

HttpConnection HttpConnection::to_socket(const std::string& path) {
    HttpConnection connection(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un where{};
    where.sun_family = AF_UNIX;
    std::memcpy(where.sun_path, path.data(), std::min(path.size(), sizeof where.sun_path - 1));
    expect(::connect(connection.descriptor_, reinterpret_cast<const sockaddr*>(&where), sizeof where) == 0,
           "cannot connect");
    return connection;
}

HttpConnection HttpConnection::over_tls(std::uint16_t port, const TlsClient& client, SSL_SESSION* resumed) {
    HttpConnection connection = to_port(port);
    connection.ssl_.reset(SSL_new(client.context()), SSL_free);
    SSL* ssl = connection.ssl_.get();
    SSL_set_fd(ssl, connection.descriptor_);
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), "127.0.0.1");
    if (resumed != nullptr) SSL_set_session(ssl, resumed);
    ERR_clear_error();
    if (SSL_connect(ssl) != 1) connection.failure_ = newest_tls_error();
    return connection;
}

bool HttpConnection::resumed() const {
    return SSL_session_reused(ssl_.get()) == 1;
}

bool HttpConnection::send(std::string_view bytes) {
    while (!bytes.empty()) {
        std::size_t taken = 0;
        if (ssl_) {
            ERR_clear_error();
            if (SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &taken) != 1) return false;
        } else {
            const ssize_t n = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (n <= 0) return false;
            taken = static_cast<std::size_t>(n);
        }
        bytes.remove_prefix(taken);
    }
    return true;
}

std::size_t HttpConnection::read(char* into, std::size_t size) {
    if (!ssl_) {
        const ssize_t n = ::recv(descriptor_, into, size, 0);
        return n > 0 ? static_cast<std::size_t>(n) : 0;
    }
    std::size_t n = 0;
    ERR_clear_error();
    if (SSL_read_ex(ssl_.get(), into, size, &n) == 1) return n;
    if (SSL_get_error(ssl_.get(), 0) != SSL_ERROR_ZERO_RETURN) failure_ = newest_tls_error();
    return 0;
}

bool HttpConnection::fill() {
    std::array<char, 65536> piece;
    const std::size_t n = read(piece.data(), piece.size());
    in_.append(piece.data(), n);
    return n > 0;
}

Answer HttpConnection::receive(bool to_head) {
    std::size_t end = std::string::npos;
    while ((end = in_.find("\r\n\r\n")) == std::string::npos) {
        if (!fill()) return {};
    }
    Answer answer = parse_head(std::string_view(in_).substr(0, end + 2));
    in_.erase(0, end + 4);
    const bool bodiless = to_head || answer.status == 204 || answer.status < 200;
    const std::string length = answer.header("Content-Length");
    const std::size_t wanted = bodiless || length.empty() ? 0 : std::stoul(length);
    while (in_.size() < wanted && fill()) {
    }
    answer.whole = in_.size() >= wanted;
    answer.body = in_.substr(0, wanted);
    in_.erase(0, wanted);
    return answer;
}

std::string HttpConnection::read_some(std::size_t size) {
    while (in_.size() < size && fill()) {
    }
    std::string out = in_.substr(0, size);
    in_.erase(0, out.size());
    return out;
}

bool HttpConnection::closes() {
    if (!in_.empty()) return false;
    char byte = 0;
    if (ssl_) return read(&byte, 1) == 0 && SSL_get_shutdown(ssl_.get()) != 0;
    return ::recv(descriptor_, &byte, 1, 0) == 0;
}

void HttpConnection::reset() {
    const linger now{1, 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    ::close(std::exchange(descriptor_, -1));
}

void HttpConnection::end_sending() {
    ::shutdown(descriptor_, SHUT_WR);
}

}  // namespace tests
