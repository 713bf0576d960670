#pragma once

#include <boost/asio/awaitable.hpp>

#include "gateway/http/request.hpp"
#include "gateway/http/response.hpp"
#include "gateway/recordings/services.hpp"

namespace gateway::recordings {

/// Legal holds. Matter and owner lie sealed in the directory; answers that a repeat may get again hold neither.
class Holds {
  public:
    explicit Holds(Services& services) : services_(services) {}

    /// POST /v1/holds: who may place it places it (201), who may ask for it proposes it (202).
    boost::asio::awaitable<http::Response> place(http::Request& request);
    /// GET /v1/holds/{id}: with matter and owner.
    boost::asio::awaitable<http::Response> get(http::Request& request);
    /// POST /v1/holds/{id}/review: a new review date, by another person than who approved the last (rule 17).
    boost::asio::awaitable<http::Response> review(http::Request& request);
    /// POST /v1/holds/{id}/release: a proposal.
    boost::asio::awaitable<http::Response> release(http::Request& request);

  private:
    Services& services_;
};

}  // namespace gateway::recordings
