#pragma once

#include <vector>

#include "gateway/app/setting_table.hpp"

namespace gateway::app {

// The parts of the table that setting_table.cpp puts together.

std::vector<Section> service_sections();  ///< Where the service listens, where it keeps its things, and its limits.
std::vector<Section> object_sections();   ///< Where the objects lie, and where they come from.
std::vector<Section> law_sections();      ///< What the controller decided: retention, residency, classes, profiles.
std::vector<Section> access_sections();   ///< Who may come in.

}  // namespace gateway::app
