#pragma once

#include <boost/asio/awaitable.hpp>

#include "gateway/http/request.hpp"
#include "gateway/http/response.hpp"
#include "gateway/recordings/services.hpp"

namespace gateway::recordings {

/// GET /v1/recordings/{id}: the receipt, to its sender; the facts, to staff who say why they look. What is not the
/// caller's is 404; what is being purged is 410; what was purged is 410 to who may see its certificate, else 404.
class ViewRecording {
  public:
    explicit ViewRecording(Services& services) : services_(services) {}
    boost::asio::awaitable<http::Response> handle(http::Request& request);

  private:
    Services& services_;
};

}  // namespace gateway::recordings
