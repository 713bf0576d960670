#pragma once

#include <filesystem>
#include <memory>

#include "policy/result.hpp"
#include "storage/net/https_client.hpp"

namespace gateway::app {

/// What somebody else's server is asked with. `authorities`: PEM file of who vouches for it; empty: the system's.
/// kInvalid names the file that cannot be used.
policy::Result<std::unique_ptr<storage::net::HttpsClient>> https_client_of(const std::filesystem::path& authorities);

}  // namespace gateway::app
