#pragma once

#include <boost/asio/awaitable.hpp>

#include "gateway/http/request.hpp"
#include "gateway/http/response.hpp"
#include "gateway/recordings/services.hpp"

namespace gateway::recordings {

/// What an auditor takes away from the audit log: its newest signed head, and entries. Each read is an entry itself.
class ReadLog {
  public:
    explicit ReadLog(Services& services) : services_(services) {}

    /// GET /v1/audit/checkpoint: the newest published checkpoint, a signed note. For everyone who may see certificates:
    /// a saved checkpoint is what shows a fork.
    boost::asio::awaitable<http::Response> checkpoint(http::Request& request);
    /// GET /v1/audit/entries: numbered entries from `from` on, at most `limit`, with the bytes that the tree holds.
    boost::asio::awaitable<http::Response> entries(http::Request& request);

  private:
    Services& services_;
};

}  // namespace gateway::recordings
