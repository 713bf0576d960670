#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>

#include "gateway/app/parts.hpp"
#include "gateway/app/readiness.hpp"
#include "gateway/http/request.hpp"
#include "gateway/http/response.hpp"

namespace gateway::app {

/// What probes and monitoring ask. Says names of parts only: no address, no path.
///
/// Thread safety: any loop. Lifetime: the parts must outlive every awaitable it returned.
class Health {
  public:
    explicit Health(Parts& parts) : parts_(parts), readiness_([this] { return look(); }) {}

    /// From now on /readyz says 503: the gateway stops.
    void stopping() noexcept { stopping_.store(true); }

    /// GET /healthz
    boost::asio::awaitable<http::Response> live(http::Request& request);
    /// GET /readyz: asks database, store, vault and log, one look at a time, however often it is called.
    boost::asio::awaitable<http::Response> ready(http::Request& request);
    /// GET /metrics: on the metrics listener and the Unix socket; elsewhere there is no such path.
    boost::asio::awaitable<http::Response> metrics(http::Request& request);

  private:
    boost::asio::awaitable<Readiness::Checks> look();

    Parts& parts_;
    std::atomic<bool> stopping_{false};
    Readiness readiness_;
};

}  // namespace gateway::app
