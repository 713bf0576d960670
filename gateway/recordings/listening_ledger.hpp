#pragma once

#include <boost/asio/awaitable.hpp>

#include "gateway/http/request.hpp"
#include "gateway/http/response.hpp"
#include "gateway/recordings/services.hpp"

namespace gateway::recordings {

/// What was really heard, out of the bytes that were served: from which second to which, for which purpose, by whom,
/// and how it ended. Of a play that runs, up to its last renewal.
///
/// What a player reads ahead counts as heard, and past 64 pieces near ones are told as one: it may say more than was
/// heard. Less only after a gateway died: what it served since its last renewal (5 s) is lost.
class ListeningLedger {
  public:
    explicit ListeningLedger(Services& services) : services_(services) {}

    /// GET /v1/recordings/{id}/listening: who listened to this call, newest first. `form=subject`: for the person on
    /// it, with roles and teams and without pseudonyms or cases (rule 27, C-579/21).
    boost::asio::awaitable<http::Response> of_recording(http::Request& request);
    /// GET /v1/listening?subject=: what one person heard in the last `days`, of calls that are still there.
    boost::asio::awaitable<http::Response> of_person(http::Request& request);

  private:
    Services& services_;
};

}  // namespace gateway::recordings
