#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gateway/verify/merkle.hpp"

namespace gateway::verify {

/// One tile, or with kEntries one entry bundle.
struct Tile {
    static constexpr unsigned kEntries = 64;
    static constexpr unsigned kWidth = 256;

    unsigned level = 0;
    std::uint64_t index = 0;
    unsigned width = kWidth;
};

/// "tile/0/x001/067.p/12"
std::string path_of(const Tile& tile);

/// Bytes of a checkpoint, with all its lines.
inline constexpr std::size_t kMaxCheckpoint = 64U << 10U;

/// A checkpoint as it lies there. Nothing of it is verified.
struct StoredCheckpoint {
    std::string name;                   ///< For explanations.
    std::optional<std::uint64_t> size;  ///< As its name says; nothing for "checkpoint".
    std::string path;                   ///< For LogSource::checkpoint().
};

/// Where a log is read from. Reads one small piece at a time.
class LogSource {
  public:
    LogSource() = default;
    virtual ~LogSource() = default;
    LogSource(const LogSource&) = delete;
    LogSource& operator=(const LogSource&) = delete;

    /// All checkpoints, rising by their names; those with the lines of witnesses too. (Names only: a few dozen bytes
    /// each.)
    virtual std::vector<StoredCheckpoint> checkpoints() const = 0;
    /// Nothing: it was cleaned away meanwhile.
    std::optional<std::string> checkpoint(const StoredCheckpoint& stored) const;

    /// The bytes of the tile as wide as asked for; cut from the full one when the partial one was cleaned away.
    /// Nothing when there is neither; a bundle comes uncut.
    std::optional<std::string> read(const Tile& tile) const;

    /// Numbers of the ledger's records, rising; none where the ledger is not given out.
    virtual std::vector<std::uint64_t> ledger_records() const { return {}; }
    virtual std::optional<std::string> ledger_record(std::uint64_t) const { return std::nullopt; }

  private:
    /// The bytes at a path within the log ("tile/...", a StoredCheckpoint's). Nothing when there are none; throws
    /// Unreadable when it cannot be known, or they are more than `limit`.
    virtual std::optional<std::string> get(const std::string& path, std::size_t limit) const = 0;
};

}  // namespace gateway::verify
