#pragma once

#include <cstdint>
#include <vector>

#include "gateway/app/setting_table.hpp"

namespace gateway::app {

// What several parts of the table are written with. Durations are in seconds.
constexpr std::int64_t kMinute = 60;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kDay = 24 * kHour;

inline const Shape kName{Form::kText, 1, 100, {}};
inline const Shape kOptionalText{Form::kText, 0, 0, {}};
inline const Shape kTexts{Form::kTexts, 0, 0, {}};
inline const Shape kFlag{Form::kFlag, 0, 0, {}};
inline const Shape kPath{Form::kPath, 0, 0, {}};
inline const Shape kNeededPath{Form::kPath, 1, 4096, {}};

// The parts of the table that setting_table.cpp puts together.

std::vector<Section> service_sections();  ///< Where the service listens, where it keeps its things, and its limits.
std::vector<Section> object_sections();   ///< Where the objects lie, and where they come from.
std::vector<Section> vault_sections();    ///< Where the keys lie, and the vault that they replace those of.
std::vector<Section> law_sections();      ///< What the controller decided: retention, residency, classes, profiles.
std::vector<Section> log_sections();      ///< The audit log for outsiders, and its witnesses.
std::vector<Section> access_sections();   ///< Who may come in.

}  // namespace gateway::app
