#pragma once

#include <openssl/ssl.h>

#include "gateway/http/openssl_ptr.hpp"
#include "gateway/http/transport.hpp"

namespace gateway::http {

/// TLS over a non-blocking socket. OpenSSL reads the socket itself, up to 64 KiB of records at a time, and writes its
/// records into the gathering buffer, so that one send() carries a whole batch (a send for each 16 KiB record costs
/// about a third of the throughput).
class TlsTransport final : public Transport {
  public:
    TlsTransport(int descriptor, BufferPool& pool, SSL_CTX* context);

    Io handshake() override;
    Io read(std::span<std::byte> into, std::size_t& n) override;
    bool write(std::span<const std::byte> bytes) override;
    void say_goodbye() override;
    void describe(Peer& peer) const override;
    std::string_view failure() const override { return failure_; }
    bool resumed() const { return SSL_session_reused(ssl_.get()) == 1; }

  private:
    friend struct GatherBio;
    Io outcome_of(int result);

    SslPtr ssl_;
    std::string_view failure_;
};

}  // namespace gateway::http
