#pragma once

#include <boost/json/object.hpp>
#include <vector>

#include "policy/brake.hpp"
#include "policy/time.hpp"
#include "storage/catalogue/purge.hpp"

namespace gateway::jobs {

/// Schema PurgeRun of deploy/openapi.yaml. A failed run is tried again for the rest of its day: it still runs.
boost::json::object run_json(const storage::catalogue::RunRow& run, policy::Date today);

/// Schema PurgePreview.
boost::json::object preview_json(policy::Date today, const storage::catalogue::DueSummary& due,
                                 const std::vector<storage::catalogue::DueOfAge>& ages,
                                 const policy::BrakeVerdict& brake);

}  // namespace gateway::jobs
