#pragma once

#include <boost/asio/awaitable.hpp>

#include "gateway/http/request.hpp"
#include "gateway/http/response.hpp"
#include "gateway/recordings/play_registry.hpp"
#include "gateway/recordings/services.hpp"

namespace gateway::recordings {

/// POST /v1/withdrawals: restricts at once, ends what plays here, drops the data key, and queues the erasure. A
/// withdrawal has the id of its recording, so there is one, whoever reports it how often, and all get the same answer.
class WithdrawConsent {
  public:
    WithdrawConsent(Services& services, PlayRegistry& plays) : services_(services), plays_(plays) {}
    boost::asio::awaitable<http::Response> handle(http::Request& request);

  private:
    Services& services_;
    PlayRegistry& plays_;
};

}  // namespace gateway::recordings
