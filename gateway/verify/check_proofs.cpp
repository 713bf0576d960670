#include "gateway/verify/check_proofs.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "gateway/verify/bundle.hpp"
#include "gateway/verify/heads.hpp"
#include "gateway/verify/tree_reader.hpp"

namespace gateway::verify {

namespace {

struct Heads {
    Checkpoint shown;        ///< What is proven with: the newest one that the quorum cosigned.
    std::uint64_t size = 0;  ///< Of the newest one that is signed.
};

std::optional<Heads> heads_of(const LogSource& log, std::span<const Key> keys, unsigned quorum, Report& report) {
    const std::vector<Head> heads = stored_heads(log, keys, report);
    if (heads.empty()) {
        if (report.good()) report.found("checkpoint.missing", "the log", "there is no checkpoint");
        return std::nullopt;
    }
    const Head* const seen = witnessed_head(heads, quorum, report);
    if (seen == nullptr) return std::nullopt;
    report.fact("origin", seen->checkpoint.origin);
    report.fact("size", std::to_string(seen->checkpoint.size));
    report.fact("root", to_base64(seen->checkpoint.root));
    return Heads{seen->checkpoint, heads.back().checkpoint.size};
}

}  // namespace

void check_consistency(const LogSource& log, std::span<const Key> keys, unsigned quorum,
                       const std::filesystem::path& saved, Report& report) {
    const std::optional<Head> old = saved_head(saved, keys, report);
    const std::optional<Heads> heads = heads_of(log, keys, quorum, report);
    if (!old || !heads) return;
    const Checkpoint* const now = &heads->shown;
    const Checkpoint& then = old->checkpoint;
    report.fact("saved size", std::to_string(then.size));
    if (then.origin != now->origin) {
        report.found("checkpoint.wrong_origin", old->label, "it is of another log: " + then.origin);
        return;
    }
    if (then.size > now->size && then.size <= heads->size) {
        report.not_checked(old->label + ": it is newer than what the witnesses have cosigned; ask again in a minute");
        return;
    }
    if (then.size > now->size) {
        report.found("log.shrank", old->label, "it was signed for more entries than the newest checkpoint has");
        return;
    }
    const std::optional<std::vector<Hash>> path = consistency_path(log, then.size, now->size);
    if (!path) {
        report.found("log.tile_missing", "the tiles",
                     "the proof needs tiles that are missing or have the wrong length");
    } else if (!consistency_holds(then.size, then.root, now->size, now->root, *path)) {
        report.found(
            "log.forked", old->label,
            "the log as it lies here is not a continuation of what was signed then. Both checkpoints are signed: "
            "keep them, they are the proof");
    } else {
        report.checked("the newest checkpoint only added entries to the saved one (consistency proof of " +
                       std::to_string(path->size()) + " hashes)");
    }
    report.not_checked("the entries themselves: `log` reads them all");
}

void check_entry(const LogSource& log, std::span<const Key> keys, unsigned quorum, std::uint64_t index,
                 Report& report) {
    const std::optional<Heads> heads = heads_of(log, keys, quorum, report);
    if (!heads) return;
    const Checkpoint* const now = &heads->shown;
    const std::string where = "entry " + std::to_string(index);
    if (index >= now->size && index < heads->size) {
        report.found("checkpoint.no_quorum", where,
                     "it is newer than what the witnesses have cosigned; ask again in a minute");
        return;
    }
    if (index >= now->size) {
        report.found("log.cut", where, "the newest checkpoint has only " + std::to_string(now->size) + " entries");
        return;
    }
    const std::uint64_t bundle = index / Tile::kWidth;
    const auto width = static_cast<unsigned>(std::min<std::uint64_t>(Tile::kWidth, now->size - bundle * Tile::kWidth));
    const std::optional<std::string> bytes = log.read(Tile{Tile::kEntries, bundle, width});
    const auto entries = bytes ? parse_bundle(*bytes) : std::nullopt;
    if (!entries || entries->size() <= index % Tile::kWidth) {
        report.found("log.cut", where, "the signed checkpoint counts it, and its bundle is missing or ends before it");
        return;
    }
    const std::string_view entry = (*entries)[index % Tile::kWidth];
    const std::optional<std::vector<Hash>> path = inclusion_path(log, index, now->size);
    if (!path) {
        report.found("log.tile_missing", "the tiles",
                     "the proof needs tiles that are missing or have the wrong length");
    } else if (!inclusion_holds(leaf_hash(entry), index, now->size, *path, now->root)) {
        report.found("log.edited", where, "its bytes do not lead to the signed root");
    } else {
        report.fact("entry", std::string(entry));
        report.checked(where + " is in the log (inclusion proof of " + std::to_string(path->size()) +
                       " hashes to the signed root)");
    }
}

}  // namespace gateway::verify
