#pragma once

#include <cstdint>
#include <filesystem>
#include <span>

#include "gateway/verify/log_source.hpp"
#include "gateway/verify/note.hpp"
#include "gateway/verify/report.hpp"

namespace gateway::verify {

/// Whether the log only grew since the checkpoint in `saved`: a proof out of a few tiles, not the whole log. With a
/// quorum the newest checkpoint is the newest that so many witnesses have cosigned, here and below. Findings:
/// log.shrank, log.forked, log.tile_missing, and those of checkpoints.
void check_consistency(const LogSource& log, std::span<const Key> keys, unsigned quorum,
                       const std::filesystem::path& saved, Report& report);

/// Whether entry `index` is in the log under the newest checkpoint; shows the entry.
/// Findings: log.cut, log.edited, log.tile_missing, and those of checkpoints.
void check_entry(const LogSource& log, std::span<const Key> keys, unsigned quorum, std::uint64_t index, Report& report);

}  // namespace gateway::verify
