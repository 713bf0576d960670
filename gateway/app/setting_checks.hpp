#pragma once

#include <string>
#include <vector>

#include "gateway/app/settings.hpp"
#include "policy/time.hpp"

namespace gateway::app {

/// A fault that no single setting shows: `key` as in SettingFault.
struct SettingComplaint {
    std::string key;
    std::string sentence;
};

/// Everything about settings that concerns more than one of them: names that must exist or be unique, one of two that
/// must be given, bounds that depend on each other, and what policy::check_deployment and may_store_in say. Looks at
/// values only; called on settings that may be incomplete, so a missing value is nobody's second fault.
std::vector<SettingComplaint> check_settings(const Settings& settings, policy::Date today);

}  // namespace gateway::app
