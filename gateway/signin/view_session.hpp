#pragma once

#include <boost/asio/awaitable.hpp>

#include "gateway/http/request.hpp"
#include "gateway/http/response.hpp"
#include "gateway/recordings/services.hpp"

namespace gateway::signin {

/// GET /v1/session: what the caller may do and until when, as a page needs it. Names nobody.
class ViewSession {
  public:
    explicit ViewSession(recordings::Services& services) : services_(services) {}

    boost::asio::awaitable<http::Response> handle(http::Request& request);

  private:
    recordings::Services& services_;
};

}  // namespace gateway::signin
