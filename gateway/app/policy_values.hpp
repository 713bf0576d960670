#pragma once

#include <vector>

#include "gateway/app/settings.hpp"
#include "policy/access.hpp"
#include "policy/brake.hpp"
#include "policy/deployment.hpp"
#include "policy/residency.hpp"
#include "policy/sender.hpp"

namespace gateway::app {

// What the configuration means to policy/: plain values, made once after loading. The settings must come from
// load_settings(), which has checked every word in them; anything else is a broken invariant and throws.

policy::Deployment deployment_of(const Settings& settings);
std::vector<policy::SenderAllowance> senders_of(const Settings& settings);
policy::AccessRules access_rules_of(const Settings& settings);
policy::BrakeLimits brake_limits_of(const Settings& settings);
policy::ResidencyList residency_of(const Settings& settings);

}  // namespace gateway::app
