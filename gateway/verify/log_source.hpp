#pragma once

#include <cstdint>
#include <filesystem>
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

/// A log as files: the folder of an object store (log/checkpoint/<20 digits>, log/tile/..., ledger/<20 digits>), or one
/// fetched from a tlog-tiles server (checkpoint, tile/...).
class LogFolder final : public LogSource {
  public:
    /// Throws Unreadable when the folder is neither.
    explicit LogFolder(std::filesystem::path root);

    std::vector<StoredCheckpoint> checkpoints() const override;
    std::vector<std::uint64_t> ledger_records() const override;
    std::optional<std::string> ledger_record(std::uint64_t number) const override;

  private:
    std::optional<std::string> get(const std::string& path, std::size_t limit) const override;

    std::filesystem::path root_;
    std::filesystem::path log_;
};

/// The whole file. Nothing when it is absent; throws Unreadable when it cannot be read or is larger than `limit`.
std::optional<std::string> read_file(const std::filesystem::path& path, std::size_t limit);

}  // namespace gateway::verify
