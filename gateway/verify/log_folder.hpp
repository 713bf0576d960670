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

/// A log as files: the folder of an object store (log/checkpoint/<20 digits>, log/tile/..., ledger/<20 digits>), or one
/// fetched from a tlog-tiles server (checkpoint, tile/...). Reads one small file at a time.
class LogFolder {
  public:
    /// Throws Unreadable when the folder is neither.
    explicit LogFolder(std::filesystem::path root);

    struct StoredCheckpoint {
        std::string name;                   ///< For explanations.
        std::optional<std::uint64_t> size;  ///< As the file's name says; nothing for "checkpoint".
        std::filesystem::path path;
    };
    /// All stored checkpoints, rising by their names. (Names only: a few dozen bytes each.)
    std::vector<StoredCheckpoint> checkpoints() const;

    /// The bytes of the tile as wide as asked for; cut from the full one when the partial one was cleaned away.
    /// Nothing when there is neither; a bundle comes uncut.
    std::optional<std::string> read(const Tile& tile) const;

    /// "tile/0/x001/067.p/12"
    static std::string path_of(const Tile& tile);

    /// Numbers of the ledger's records, rising.
    std::vector<std::uint64_t> ledger_records() const;
    std::optional<std::string> ledger_record(std::uint64_t number) const;

  private:
    std::filesystem::path root_;
    std::filesystem::path log_;
};

/// The whole file. Nothing when it is absent; throws Unreadable when it cannot be read or is larger than `limit`.
std::optional<std::string> read_file(const std::filesystem::path& path, std::size_t limit);

}  // namespace gateway::verify
