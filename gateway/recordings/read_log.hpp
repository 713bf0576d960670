#pragma once

#include <boost/asio/awaitable.hpp>

#include "gateway/http/request.hpp"
#include "gateway/http/response.hpp"
#include "gateway/recordings/services.hpp"

namespace gateway::recordings {

/// Entries of the audit log for who asks the service about them (serve_log.hpp has it for who verifies it). Each read
/// is an entry itself.
class ReadLog {
  public:
    explicit ReadLog(Services& services) : services_(services) {}

    /// GET /v1/audit/entries: numbered entries from `from` on, at most `limit`, with the bytes that the tree holds.
    boost::asio::awaitable<http::Response> entries(http::Request& request);

  private:
    Services& services_;
};

}  // namespace gateway::recordings
