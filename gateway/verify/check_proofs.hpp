#pragma once

#include <cstdint>
#include <filesystem>
#include <span>

#include "gateway/verify/log_folder.hpp"
#include "gateway/verify/note.hpp"
#include "gateway/verify/report.hpp"

namespace gateway::verify {

/// Whether the log only grew since the checkpoint in `saved`: a proof out of a few tiles, not the whole log.
/// Findings: log.shrank, log.forked, log.tile_missing, and those of checkpoints.
void check_consistency(const LogFolder& folder, std::span<const Key> keys, const std::filesystem::path& saved,
                       Report& report);

/// Whether entry `index` is in the log under the newest checkpoint; shows the entry.
/// Findings: log.cut, log.edited, log.tile_missing, and those of checkpoints.
void check_entry(const LogFolder& folder, std::span<const Key> keys, std::uint64_t index, Report& report);

}  // namespace gateway::verify
