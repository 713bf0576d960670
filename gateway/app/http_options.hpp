#pragma once

#include "gateway/app/settings.hpp"
#include "gateway/http/limits.hpp"
#include "gateway/http/server.hpp"
#include "policy/result.hpp"

namespace gateway::app {

http::Limits http_limits_of(const Settings& settings);

/// Reads certificate, key and client authorities. kInvalid names the file that cannot be read. Blocks.
policy::Result<http::TlsOptions> tls_options_of(const Settings& settings);

}  // namespace gateway::app
