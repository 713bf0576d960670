#pragma once

#include "gateway/jobs/housekeeping.hpp"

namespace gateway::jobs {

/// Figures of the catalogue for /metrics.
Step report_figures(recordings::Services& services);

/// Writes down how many requests came from nobody that we know; with nothing to say it writes nothing.
Step write_refusals(recordings::Services& services);

/// Reads key sets of issuers that changed. When an issuer took a key back, every running play ends: nobody can say
/// which of them a token under that key opened.
Step reload_key_sets(recordings::Services& services, recordings::PlayRegistry& plays);

}  // namespace gateway::jobs
