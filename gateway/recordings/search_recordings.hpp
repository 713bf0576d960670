#pragma once

#include <boost/asio/awaitable.hpp>

#include "gateway/http/request.hpp"
#include "gateway/http/response.hpp"
#include "gateway/recordings/services.hpp"

namespace gateway::recordings {

/// POST /v1/searches: calls by period, team, agent or number, newest first, in pages. A number becomes one blind index
/// token for each living key, in one call of the vault; numbers come back masked. The audit entry names the kinds of
/// criteria and how many were found, and is durable before the page goes out.
class SearchRecordings {
  public:
    explicit SearchRecordings(Services& services) : services_(services) {}
    boost::asio::awaitable<http::Response> handle(http::Request& request);

  private:
    Services& services_;
};

}  // namespace gateway::recordings
