#pragma once

#include <string>
#include <vector>

#include "gateway/app/settings.hpp"
#include "policy/time.hpp"

namespace gateway::app {

/// A setting, and what is wrong with it.
struct ResidencyFault {
    std::string key;  ///< "objects.country"
    std::string text;
};

/// The country of the store of [objects]: of its region by the list, else the operator's word; empty when neither says.
std::string country_of(const Settings::Objects& objects);

/// What the configuration says about where things lie, against the lists and the law on that day (rule 42).
std::vector<ResidencyFault> residency_faults(const Settings& settings, policy::Date today);

}  // namespace gateway::app
