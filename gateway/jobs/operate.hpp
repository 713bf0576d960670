#pragma once

#include <boost/asio/awaitable.hpp>

#include "gateway/http/request.hpp"
#include "gateway/http/response.hpp"
#include "gateway/recordings/services.hpp"

namespace gateway::jobs {

/// What an operator looks at and puts right: jobs and keys. Ids, codes, states and dates only.
class Operate {
  public:
    explicit Operate(recordings::Services& services) : services_(services) {}

    /// GET /v1/jobs
    boost::asio::awaitable<http::Response> jobs(http::Request& request);
    /// POST /v1/jobs/{id}/revive
    boost::asio::awaitable<http::Response> revive(http::Request& request);
    /// GET /v1/keys
    boost::asio::awaitable<http::Response> keys(http::Request& request);

  private:
    recordings::Services& services_;
};

}  // namespace gateway::jobs
