#pragma once

#include <boost/json/object.hpp>
#include <string>

namespace gateway::cli {

/// A dry run's answer (PurgePreview of deploy/openapi.yaml) for a terminal: how many and how much, a histogram of their
/// age in months, what is kept by which rule, and whether the brake would stop it. A pure function.
std::string purge_preview_text(const boost::json::object& preview);

}  // namespace gateway::cli
