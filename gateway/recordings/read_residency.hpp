#pragma once

#include <boost/asio/awaitable.hpp>

#include "gateway/http/request.hpp"
#include "gateway/http/response.hpp"
#include "gateway/recordings/residency_statement.hpp"
#include "gateway/recordings/services.hpp"
#include "storage/audit/checkpoint.hpp"

namespace gateway::recordings {

/// The signed statement of where recordings lie, for whoever may see deletion certificates. Each read is in the log.
class ReadResidency {
  public:
    /// `signer` must outlive it.
    ReadResidency(Services& services, const storage::audit::NoteSigner& signer, ResidencyDeclaration declared)
        : services_(services), signer_(signer), declared_(std::move(declared)) {}

    /// GET /v1/residency/{month}: of "2026-11", by UTC; of the present month as far as it has come. A later one is 404.
    boost::asio::awaitable<http::Response> handle(http::Request& request);

  private:
    boost::asio::awaitable<policy::Result<std::string>> statement(std::chrono::year_month month);

    Services& services_;
    const storage::audit::NoteSigner& signer_;
    const ResidencyDeclaration declared_;
};

}  // namespace gateway::recordings
