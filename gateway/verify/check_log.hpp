#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "gateway/verify/log_source.hpp"
#include "gateway/verify/note.hpp"
#include "gateway/verify/report.hpp"

namespace gateway::verify {

struct LogQuestion {
    std::vector<Key> keys;
    std::vector<std::filesystem::path> since;  ///< Checkpoints saved earlier.
    unsigned quorum = 0;                       ///< Of witnesses, whose keys are among `keys`.
    std::string latest;  ///< No entry may be later: "2026-11-24T04:40:00.000Z" (now and five minutes).
};

/// The whole log: every entry against its leaf hash, every tile against the entries, every checkpoint against the tree
/// of its size. Reads each file once, in order; memory does not grow with the log.
///
/// Findings: log.cut, log.edited, log.reordered, log.rewritten, log.forked, log.shrank, log.future_dated,
/// log.not_canonical, log.tile_missing, log.tile_differs, log.bundle_malformed, and those of checkpoints (heads.hpp).
void check_log(const LogSource& log, const LogQuestion& question, Report& report);

}  // namespace gateway::verify
