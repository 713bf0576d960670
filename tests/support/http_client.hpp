#pragma once

#include <openssl/ssl.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/support/certificate_maker.hpp"

namespace tests {

/// An answer as it came over the wire. Status 0: none came.
struct Answer {
    unsigned status = 0;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    bool whole = false;  ///< The body has the length that Content-Length said.

    /// The value of the header of that name (any case); empty without one.
    std::string header(std::string_view name) const;
};

/// What a TLS client brings along. One of these may open many connections; it keeps the last session for resumption.
class TlsClient {
  public:
    /// Trusts `authority`; presents `identity` unless it is null. `most`: the highest protocol version offered.
    explicit TlsClient(const CertifiedKey& authority, const CertifiedKey* identity = nullptr, int most = TLS1_3_VERSION,
                       const CertificateAuthority* between = nullptr);
    TlsClient(const TlsClient&) = delete;
    TlsClient& operator=(const TlsClient&) = delete;

    SSL_CTX* context() const { return context_.get(); }
    /// The newest ticket that a server sent; null before the first. Kept until the client is destroyed.
    SSL_SESSION* session() const { return sessions_.empty() ? nullptr : sessions_.back().get(); }

  private:
    static int keep_session(SSL* ssl, SSL_SESSION* session);
    std::shared_ptr<SSL_CTX> context_;
    std::vector<std::shared_ptr<SSL_SESSION>> sessions_;
};

/// A blocking HTTP connection that sends exactly the bytes it is told to. Every wait ends after ten seconds.
class HttpConnection {
  public:
    static HttpConnection to_port(std::uint16_t port);
    static HttpConnection to_socket(const std::string& path);
    /// `resumed`: a session to resume. A failed handshake is told by failure().
    static HttpConnection over_tls(std::uint16_t port, const TlsClient& client, SSL_SESSION* resumed = nullptr);
    ~HttpConnection();
    HttpConnection(HttpConnection&& other) noexcept;
    HttpConnection(const HttpConnection&) = delete;

    /// Sends all of it; false when the server has closed.
    bool send(std::string_view bytes);
    /// The next answer. `to_head`: the request was a HEAD, so no body follows.
    Answer receive(bool to_head = false);
    /// Reads at most `size` bytes of the body under way; fewer at the end of the connection.
    std::string read_some(std::size_t size);
    /// True when the server closes within the time and nothing more came.
    bool closes();
    /// Closes with a reset, as a client that crashed.
    void reset();
    /// Says that nothing more will be sent.
    void end_sending();

    /// Why the handshake, or a later read, failed in TLS ("tlsv1 alert unknown ca"); empty when nothing did.
    const std::string& failure() const { return failure_; }
    bool resumed() const;
    SSL* tls() const { return ssl_.get(); }

  private:
    explicit HttpConnection(int descriptor);
    /// The bytes of the next read; 0: the end or an error.
    std::size_t read(char* into, std::size_t size);
    bool fill();

    int descriptor_ = -1;
    std::shared_ptr<SSL> ssl_;
    std::string in_;
    std::string failure_;
};

}  // namespace tests
