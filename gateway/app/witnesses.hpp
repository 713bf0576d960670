#pragma once

#include <vector>

#include "gateway/app/settings.hpp"
#include "gateway/jobs/witnessing.hpp"
#include "policy/result.hpp"

namespace gateway::app {

/// The witnesses of the log. Nothing is asked yet: one that is down keeps no gateway from starting. kInvalid names what
/// cannot be used.
policy::Result<std::vector<jobs::Witness>> witnesses_of(const Settings& settings);

}  // namespace gateway::app
