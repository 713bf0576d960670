#pragma once

#include <boost/asio/awaitable.hpp>

#include "gateway/http/request.hpp"
#include "gateway/http/response.hpp"
#include "gateway/recordings/play_registry.hpp"
#include "gateway/recordings/services.hpp"

namespace gateway::recordings {

/// What takes two people. policy::may_approve looks at everything again at the approval; the decision, its entry and
/// what carries it out are durable in one statement.
class Proposals {
  public:
    Proposals(Services& services, PlayRegistry& plays) : services_(services), plays_(plays) {}

    /// GET /v1/proposals: the open ones, oldest first.
    boost::asio::awaitable<http::Response> list(http::Request& request);
    /// GET /v1/proposals/{id}: for its proposer, and for whoever sees the list.
    boost::asio::awaitable<http::Response> get(http::Request& request);
    /// POST /v1/proposals/{id}/approval: approving twice gets the same answer.
    boost::asio::awaitable<http::Response> approve(http::Request& request);
    /// DELETE /v1/proposals/{id}: another person than the proposer refuses it.
    boost::asio::awaitable<http::Response> refuse(http::Request& request);

  private:
    Services& services_;
    PlayRegistry& plays_;
};

}  // namespace gateway::recordings
