#pragma once

#include <boost/asio/awaitable.hpp>

#include "gateway/http/request.hpp"
#include "gateway/http/response.hpp"
#include "gateway/jobs/purge_run.hpp"
#include "gateway/recordings/admission.hpp"
#include "gateway/recordings/services.hpp"
#include "storage/catalogue/purge.hpp"

namespace gateway::jobs {

/// What people ask of the purge. At most one run is unfinished at a time; whoever asks while one is gets that one.
///
/// Lifetime: `purge` is asked for the brake's opinion only, from any loop.
class PurgeRequests {
  public:
    PurgeRequests(recordings::Services& services, PurgeRun& purge) : services_(services), purge_(purge) {}

    /// GET /v1/purge-runs
    boost::asio::awaitable<http::Response> list(http::Request& request);
    /// GET /v1/purge-runs/{id}
    boost::asio::awaitable<http::Response> get(http::Request& request);
    /// POST /v1/purge-runs, with ?dry_run=true too
    boost::asio::awaitable<http::Response> run(http::Request& request);

  private:
    boost::asio::awaitable<http::Response> preview(http::Request& request, recordings::Admitted admitted);
    boost::asio::awaitable<http::Response> start(http::Request& request, recordings::Admitted admitted);
    boost::asio::awaitable<http::Response> braked(http::Request& request, recordings::Admitted admitted,
                                                  storage::catalogue::PurgeRunId run);

    recordings::Services& services_;
    PurgeRun& purge_;
};

}  // namespace gateway::jobs
