#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "gateway/verify/log_folder.hpp"
#include "gateway/verify/note.hpp"
#include "gateway/verify/report.hpp"

namespace gateway::verify {

/// A checkpoint whose signature holds.
struct Head {
    std::string label;  ///< "checkpoint 812", "saved checkpoint FILE"
    Checkpoint checkpoint;
};

/// Opens a note as a checkpoint by one of `keys`; what is wrong with it becomes a finding.
std::optional<Head> open_head(const std::string& label, const std::string& note, std::span<const Key> keys,
                              Report& report);

/// All good checkpoints of the folder, rising by size; findings for the others.
std::vector<Head> stored_heads(const LogFolder& folder, std::span<const Key> keys, Report& report);

/// A checkpoint that was saved earlier. Throws Unreadable.
std::optional<Head> saved_head(const std::filesystem::path& file, std::span<const Key> keys, Report& report);

}  // namespace gateway::verify
