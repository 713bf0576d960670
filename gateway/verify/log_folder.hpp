#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "gateway/verify/log_source.hpp"

namespace gateway::verify {

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
