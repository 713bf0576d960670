#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>

#include "gateway/http/request.hpp"
#include "gateway/http/response.hpp"
#include "gateway/recordings/services.hpp"

namespace gateway::recordings {

/// PUT and POST /v1/recordings: admits a recording, seals it while it comes in, makes it durable, and answers with a
/// receipt. Refused requests leave nothing behind; every repeat is safe. storage/README.md tells the order of the
/// durable steps and what a crash between any two leaves.
class PushRecording {
  public:
    explicit PushRecording(Services& services) : services_(services) {}
    boost::asio::awaitable<http::Response> handle(http::Request& request);

  private:
    Services& services_;
    std::atomic<unsigned> under_way_{0};
};

}  // namespace gateway::recordings
