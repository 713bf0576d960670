#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/ids.hpp"
#include "policy/result.hpp"
#include "policy/time.hpp"
#include "storage/audit/entry.hpp"
#include "storage/audit/log_reader.hpp"
#include "storage/audit/tree.hpp"
#include "storage/audit/word.hpp"

namespace storage::audit {

/// What one store said about the names of one recording.
struct StoreFact {
    Word store;                    ///< "objects", "catalogue", "vault", "backup", ...
    bool observed = false;         ///< true: we looked and saw; false: the store says so (attested).
    std::uint32_t names_gone = 0;  ///< Names (with their versions) that were read back as gone.
    std::uint32_t names_left = 0;  ///< Must be 0 for the live statement to hold.
    policy::Instant at{};
};

/// The facts of one deleted recording, without anything that leads to the call, its people or its audio: no log id, no
/// reference, no hash of anything that existed.
struct Deletion {
    policy::RecordingId record;  ///< The random id of the tombstone and of the certificate's name.
    Word retention_class = "default";
    Word ground = "retention_over";
    Word rule = "schedule";  ///< The rule that won.
    std::optional<policy::Instant> requested;
    policy::Instant decided{};
    std::optional<policy::Instant> refused_since;  ///< Since when the store held the bytes, by a lock of its own.
    policy::Instant executed{};  ///< When the key was destroyed, or for one recording its wrapped key.
    policy::KeyId key;           ///< Key destroyed (day or keep key), or the one whose wrap was erased.
    bool key_destroyed = true;   ///< false: erased before its day; the key lives on for the other calls of that day.
    Word vault = "file";
    Hash configuration{};  ///< Digest of the configuration with its policy, as the log has it since the last start.
    Actor actor;           ///< Person or job.
    std::optional<policy::JobId> job;
    std::optional<policy::Date> dark_by;  ///< The last backup is unreadable from this date on; none: not known.
    std::vector<StoreFact> stores;
};

/// The statement: the first part of a certificate and the leaf of its batch. "name: value" lines (FORMAT.md).
std::string statement_of(const Deletion& deletion);

/// The Merkle tree over the statements of one purge batch. Its root goes into the log as one entry
/// (Action::kPurgeBatch, digest "batch_root", number "count"); after the next checkpoint each recording gets its own
/// file.
class CertificateBatch {
  public:
    /// Statements as statement_of() gave them, in any order that is then kept; at least one.
    static policy::Result<CertificateBatch> of(std::vector<std::string> statements);

    Hash root() const;
    std::size_t size() const noexcept { return statements_.size(); }

    /// Puts root and count where verifiers look for them.
    void describe(Entry& entry) const;

    /// The certificate of statement `position`: it needs nothing else to be checked but the log's public key.
    /// kInvalid when the inclusion's entry is not this batch's.
    policy::Result<std::string> certificate(std::size_t position, const Inclusion& inclusion) const;

  private:
    std::vector<Hash> path(std::size_t position) const;

    std::vector<std::string> statements_;
    std::vector<std::vector<Hash>> levels_;  // From the leaves up to the root.
};

}  // namespace storage::audit
