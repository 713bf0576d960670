#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>

#include "gateway/http/request.hpp"
#include "gateway/http/response.hpp"
#include "gateway/recordings/services.hpp"
#include "storage/catalogue/purge.hpp"

namespace gateway::jobs {

/// POST /v1/purge-runs/continue: proposes to continue the purge that the brake stopped. The proposal holds what the
/// proposer could see of it, the reasons and how many were due: its approval is for that and nothing else, and queues
/// the run again. 409 when no purge is stopped, or one is proposed already.
class ProposeContinue {
  public:
    explicit ProposeContinue(recordings::Services& services) : services_(services) {}
    boost::asio::awaitable<http::Response> handle(http::Request& request);

  private:
    /// Not set: nothing is stopped, or its continuation was proposed already.
    boost::asio::awaitable<policy::Result<std::optional<storage::catalogue::RunRow>>> stopped_run();

    recordings::Services& services_;
};

}  // namespace gateway::jobs
