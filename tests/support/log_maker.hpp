#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "storage/audit/checkpoint.hpp"
#include "storage/audit/tile_edge.hpp"
#include "storage/crypto/bytes.hpp"
#include "tests/support/signing_vault.hpp"

namespace tests {

/// Writes a log into a folder as the object store has it, without a database: for tests of readers and verifiers.
class LogMaker {
  public:
    static constexpr const char* kOrigin = "example.com/log";

    explicit LogMaker(std::filesystem::path root);

    /// `count` ordinary entries, dated a second apart from 2026-11-01T00:00:00Z on; not yet in the folder.
    void add(std::uint64_t count);
    void add_entry(storage::crypto::Bytes entry) { entries_.push_back(std::move(entry)); }
    /// Bundles, tiles and a signed checkpoint for everything added so far.
    void publish();

    std::uint64_t size() const { return entries_.size(); }
    std::vector<storage::crypto::Bytes>& entries() { return entries_; }
    /// Forgets what was published, so that publish() writes everything (again): for forks and rewritten logs.
    void start_over();

    std::string checkpoint_file() const;
    std::string key() const { return signer_->verifier_keys().front().text(); }
    SigningVault& vault() { return vault_; }
    const storage::audit::NoteSigner& signer() const { return *signer_; }
    void write(const std::string& name, std::string_view bytes) const;

  private:
    std::filesystem::path root_;
    SigningVault vault_;
    policy::Result<storage::audit::NoteSigner> signer_;
    std::vector<storage::crypto::Bytes> entries_;
    storage::audit::TileEdge edge_;
};

/// An entry that differs from all others by `number`.
storage::crypto::Bytes sample_entry(std::uint64_t number, std::string_view at = "2026-11-01T00:00:00.000Z");

std::string slurp(const std::filesystem::path& file);
void spill(const std::filesystem::path& file, std::string_view bytes);

}  // namespace tests
