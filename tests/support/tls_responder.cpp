#include "tests/support/tls_responder.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/pem.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <stdexcept>
#include <utility>

namespace tests {

namespace {

using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;

Bio reader(const std::string& text) {
    return {BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), BIO_free};
}

void expect(bool done, const char* what) {
    if (!done) throw std::runtime_error(what);
}

std::size_t announced_body(const std::string& head) {
    const auto at = head.find("Content-Length: ");
    return at == std::string::npos ? 0 : std::stoul(head.substr(at + 16));
}

}  // namespace

TlsResponder::TlsResponder(const CertifiedKey& identity, std::string answer, Ending ending, int most,
                           std::string to_question)
    : context_(SSL_CTX_new(TLS_server_method()), SSL_CTX_free),
      answer_(std::move(answer)),
      to_question_(std::move(to_question)),
      ending_(ending) {
    std::signal(SIGPIPE, SIG_IGN);
    const auto certificate_text = reader(identity.certificate_pem);
    const std::unique_ptr<X509, decltype(&X509_free)> certificate(
        PEM_read_bio_X509(certificate_text.get(), nullptr, nullptr, nullptr), X509_free);
    const auto key_text = reader(identity.key_pem);
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
        PEM_read_bio_PrivateKey(key_text.get(), nullptr, nullptr, nullptr), EVP_PKEY_free);
    expect(SSL_CTX_use_certificate(context_.get(), certificate.get()) == 1 &&
               SSL_CTX_use_PrivateKey(context_.get(), key.get()) == 1 &&
               SSL_CTX_set_max_proto_version(context_.get(), most) == 1,
           "identity of the responder");
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof where;
    auto* plain = reinterpret_cast<sockaddr*>(&where);
    expect(::bind(listener_, plain, size) == 0 && ::listen(listener_, 8) == 0 &&
               ::getsockname(listener_, plain, &size) == 0,
           "socket of the responder");
    port_ = ntohs(where.sin_port);
    thread_ = std::thread([this] { serve(); });
}

TlsResponder::~TlsResponder() {
    stopping_ = true;
    thread_.join();
    ::close(listener_);
}

void TlsResponder::serve() {
    while (!stopping_) {
        pollfd wait{listener_, POLLIN, 0};
        if (::poll(&wait, 1, 20) <= 0) continue;
        const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        const timeval patience{10, 0};
        ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        const std::unique_ptr<SSL, decltype(&SSL_free)> ssl(SSL_new(context_.get()), SSL_free);
        SSL_set_fd(ssl.get(), fd);
        if (SSL_accept(ssl.get()) == 1) {
            while (answer(ssl.get()) && ending_ == kKeeps && !stopping_) {
            }
        }
        ::close(fd);
    }
}

bool TlsResponder::answer(SSL* ssl) {
    std::string request;
    std::array<char, 4096> piece{};
    std::size_t whole = std::string::npos;
    bool asked = false;
    while (request.size() < whole) {
        const int n = SSL_read(ssl, piece.data(), static_cast<int>(piece.size()));
        if (n <= 0) return false;
        request.append(piece.data(), static_cast<std::size_t>(n));
        const auto end = request.find("\r\n\r\n");
        if (end == std::string::npos) continue;
        asked = !to_question_.empty() && request.find("\r\nExpect: ") < end;
        whole = end + 4 + (asked ? 0 : announced_body(request.substr(0, end)));
    }
    requests_.push_back(request);
    const std::string& said = asked ? to_question_ : answer_;
    if (!said.empty()) SSL_write(ssl, said.data(), static_cast<int>(said.size()));
    if (ending_ == kHolds) SSL_read(ssl, piece.data(), 1);
    if (ending_ != kKeeps) SSL_shutdown(ssl);
    return true;
}

}  // namespace tests
