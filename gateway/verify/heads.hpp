#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "gateway/verify/log_source.hpp"
#include "gateway/verify/note.hpp"
#include "gateway/verify/report.hpp"

namespace gateway::verify {

/// A checkpoint whose signature holds.
struct Head {
    std::string label;  ///< "checkpoint 812", "saved checkpoint FILE"
    Checkpoint checkpoint;
    std::map<std::string, std::uint64_t> witnesses;  ///< Whose cosignatures on it hold, and when they were made.
};

/// The newest of the heads (rising) that `quorum` of the witnesses among the keys have cosigned; the newest of all
/// without a quorum (0). Null when there is none: finding checkpoint.no_quorum. Says who signed, and when.
const Head* witnessed_head(std::span<const Head> heads, unsigned quorum, Report& report);

/// Opens a note as a checkpoint by one of `keys`; what is wrong with it becomes a finding.
std::optional<Head> open_head(const std::string& label, const std::string& note, std::span<const Key> keys,
                              Report& report);

/// All good checkpoints of the folder, rising by size; findings for the others.
std::vector<Head> stored_heads(const LogSource& log, std::span<const Key> keys, Report& report);

/// A checkpoint that was saved earlier. Throws Unreadable.
std::optional<Head> saved_head(const std::filesystem::path& file, std::span<const Key> keys, Report& report);

}  // namespace gateway::verify
