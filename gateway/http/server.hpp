#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "gateway/http/limits.hpp"
#include "gateway/http/loops.hpp"
#include "gateway/http/router.hpp"
#include "gateway/observe/clock.hpp"
#include "gateway/observe/log.hpp"
#include "gateway/observe/metrics.hpp"
#include "policy/result.hpp"

namespace gateway::http {

/// What a TLS listener needs. PEM texts, so that tests and reloads need no files. Keep it no longer than for the call
/// that takes it: the key's text is wiped with it, in each copy.
struct TlsOptions {
    std::string certificate_chain_pem;                ///< The server's certificate, then its issuers.
    std::string private_key_pem;                      ///< Unencrypted.
    std::vector<std::string> client_authorities_pem;  ///< Empty: clients are not asked for a certificate.
    std::chrono::seconds ticket_life{3600};           ///< How long a session may be resumed.

    ~TlsOptions();
};

/// What the server reports to.
struct ServerContext {
    observe::Log& log;
    observe::Registry& metrics;
    const observe::Clock& clock;
};

/// An HTTP/1.1 server: TLS 1.3 and Unix-socket listeners, one router, sessions on the given loops.
///
/// Thread safety: all members may be called from any thread outside the loops; stop() and the listen calls by one at a
/// time. Lifetime:      stop() must have finished before destruction; loops, router's handlers and context outlive the
/// server.
class Server {
  public:
    Server(Loops& loops, Router router, Limits limits, ServerContext context);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// Listens for TLS on a numeric IPv4 or IPv6 address; port 0 picks a free one. Returns the port. kInvalid: address,
    /// certificate or key are no good (the text says which); kUnavailable: the port is taken.
    policy::Result<std::uint16_t> listen_tls(const std::string& address, std::uint16_t port, const TlsOptions& tls);

    /// Listens without TLS; loopback addresses only (kInvalid otherwise). For metrics and probes.
    policy::Result<std::uint16_t> listen_clear(const std::string& address, std::uint16_t port);

    /// Listens on a Unix socket, made with the given mode; a stale socket file is replaced; a live one, and
    /// anything that is no socket, is kUnavailable.
    policy::Result<void> listen_local(std::string path, unsigned mode);

    /// New certificates for connections to come; established ones keep theirs. All TLS listeners get the same.
    policy::Result<void> reload_tls(const TlsOptions& tls);

    /// Before a stop, for clients behind a balancer: everything is still answered, but each answer says that its
    /// connection ends with it, so that the next one is made to another server.
    void drain();

    /// Stage one: no new connections, idle ones are closed, running requests may finish for `grace`. Stage two: what
    /// still runs is cancelled. Returns when every session has ended. Blocks the calling thread, which must not be a
    /// loop.
    void stop(std::chrono::milliseconds grace);

    /// Connections open now.
    std::size_t connections() const;

  private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace gateway::http
