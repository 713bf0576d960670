#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>

#include "gateway/http/request.hpp"
#include "gateway/http/response.hpp"
#include "gateway/recordings/services.hpp"
#include "policy/ids.hpp"
#include "policy/result.hpp"

namespace gateway::recordings {

/// GET /v1/recordings/{id}/certificate: the deletion certificate as it lies in the object store; 202 while it waits for
/// the next checkpoint of the log; 404 for what lives or never was.
class ReadCertificate {
  public:
    explicit ReadCertificate(Services& services) : services_(services) {}
    boost::asio::awaitable<http::Response> handle(http::Request& request);

  private:
    enum class State { kMade, kPending, kNone };
    struct Found {
        State state = State::kNone;
        std::string text;
    };
    boost::asio::awaitable<policy::Result<Found>> look_up(policy::RecordingId id);

    Services& services_;
};

}  // namespace gateway::recordings
