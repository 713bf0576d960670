#pragma once

#include <boost/asio/awaitable.hpp>

#include "gateway/http/request.hpp"
#include "gateway/http/response.hpp"
#include "gateway/recordings/services.hpp"

namespace gateway::recordings {

/// POST /v1/erasures: a proposal that another privacy officer approves. Nobody who played one of the recordings may
/// propose, and while the proposal is open or approved its proposer cannot play them (rule 47).
class ProposeErasure {
  public:
    explicit ProposeErasure(Services& services) : services_(services) {}
    boost::asio::awaitable<http::Response> handle(http::Request& request);

  private:
    Services& services_;
};

}  // namespace gateway::recordings
