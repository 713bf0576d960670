#pragma once

#include <boost/json/object.hpp>
#include <string_view>
#include <vector>

#include "policy/brake.hpp"
#include "policy/time.hpp"
#include "storage/catalogue/purge.hpp"

namespace gateway::jobs {

/// Why a run failed of which only what the store holds is left (a lock, a legal hold, no right): it is unreadable, its
/// bytes stay until the store lets go, and each hour that is asked for again.
inline constexpr std::string_view kHeldByStore = "held_by_store";

/// Schema PurgeRun of deploy/openapi.yaml. A failed run is tried again for the rest of its day: it still runs.
boost::json::object run_json(const storage::catalogue::RunRow& run, policy::Date today);

/// Schema PurgePreview.
boost::json::object preview_json(policy::Date today, const storage::catalogue::DueSummary& due,
                                 const std::vector<storage::catalogue::DueOfAge>& ages,
                                 const policy::BrakeVerdict& brake);

}  // namespace gateway::jobs
