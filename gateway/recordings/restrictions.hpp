#pragma once

#include <boost/asio/awaitable.hpp>

#include "gateway/http/request.hpp"
#include "gateway/http/response.hpp"
#include "gateway/recordings/play_registry.hpp"
#include "gateway/recordings/services.hpp"

namespace gateway::recordings {

/// Restrictions of one recording (Art. 18, 21). Each is announced in the deletion ledger first, so that a restore
/// cannot lose it.
class Restrictions {
  public:
    Restrictions(Services& services, PlayRegistry& plays) : services_(services), plays_(plays) {}

    /// POST /v1/recordings/{id}/restrictions
    boost::asio::awaitable<http::Response> set(http::Request& request);
    /// DELETE /v1/recordings/{id}/restrictions/{restriction}?notice=...; lifting twice is no error.
    boost::asio::awaitable<http::Response> lift(http::Request& request);

  private:
    Services& services_;
    PlayRegistry& plays_;
};

}  // namespace gateway::recordings
