#pragma once

#include "gateway/app/health.hpp"
#include "gateway/app/use_cases.hpp"
#include "gateway/http/router.hpp"

namespace gateway::app {

/// The API of deploy/openapi.yaml, for the TLS listener and the Unix socket. Both must outlive the router.
http::Router api_routes(UseCases& use_cases, Health& health, std::uint64_t max_recording_bytes);

/// What the metrics listener answers.
http::Router metrics_routes(Health& health);

}  // namespace gateway::app
