#pragma once

#include <boost/asio/awaitable.hpp>

#include "gateway/http/request.hpp"
#include "gateway/http/response.hpp"
#include "gateway/recordings/play_registry.hpp"
#include "gateway/recordings/services.hpp"

namespace gateway::recordings {

/// POST /v1/recordings/{id}/plays: decides on facts just read, prepares the audio, and then writes play and audit entry
/// in one statement that compares the facts with the rows as they are: when they moved on, it decides again. No byte
/// flows before that statement committed.
class OpenPlay {
  public:
    OpenPlay(Services& services, PlayRegistry& plays) : services_(services), plays_(plays) {}
    boost::asio::awaitable<http::Response> handle(http::Request& request);

  private:
    Services& services_;
    PlayRegistry& plays_;
};

}  // namespace gateway::recordings
