#pragma once

#include <openssl/ssl.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/certificate_maker.hpp"

namespace tests {

/// A TLS server on loopback that answers every request with exactly the bytes it is told to, one connection after the
/// other, whatever was asked. It stops with the object.
class TlsResponder {
  public:
    /// What happens to a connection after an answer: closed; left open and silent until the client leaves; or asked on.
    enum Ending { kCloses, kHolds, kKeeps };

    /// `answer`: sent after the request's head and as much body as it announced. `most`: the highest protocol version
    /// spoken. `to_question`: said at once to a head that asks whether its body is wanted; empty: that is not looked
    /// at.
    TlsResponder(const CertifiedKey& identity, std::string answer, Ending ending = kCloses, int most = TLS1_3_VERSION,
                 std::string to_question = {});
    ~TlsResponder();
    TlsResponder(const TlsResponder&) = delete;
    TlsResponder& operator=(const TlsResponder&) = delete;

    std::uint16_t port() const { return port_; }
    /// What came in, head and body; read it when the client has its answer.
    const std::vector<std::string>& requests() const { return requests_; }

  private:
    void serve();
    /// False: the client left.
    bool answer(SSL* ssl);

    std::shared_ptr<SSL_CTX> context_;
    std::string answer_;
    std::string to_question_;
    Ending ending_;
    int listener_ = -1;
    std::uint16_t port_ = 0;
    std::atomic<bool> stopping_{false};
    std::vector<std::string> requests_;
    std::thread thread_;
};

}  // namespace tests
