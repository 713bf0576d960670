#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/ids.hpp"
#include "policy/result.hpp"
#include "storage/audit/note.hpp"
#include "storage/audit/tree.hpp"

namespace storage::keys {
class KeyVault;
}

namespace storage::audit {

/// A tree head (c2sp.org/tlog-checkpoint): the text of a signed note with origin, size and base64 root, a line each.
struct Checkpoint {
    std::string origin;  ///< The log's name: "example.com/callvault", no spaces, no '+'. Also the signing key's name.
    std::uint64_t size = 0;
    Hash root{};
    friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

std::string text_of(const Checkpoint& checkpoint);

/// Whether the stored checkpoint of size `before` need not be kept beside the one of `now`: every later one proves
/// more, but the last one of every 4096 entries stays.
constexpr bool is_superseded(std::uint64_t before, std::uint64_t now) {
    constexpr std::uint64_t kBlock = 4096;
    return before != 0 && before != now && before / kBlock == now / kBlock;
}

/// Reads the text of a note as a checkpoint. Extension lines are refused: we write none. kCorrupt.
policy::Result<Checkpoint> parse_checkpoint(std::string_view text);

/// A checkpoint of `origin` signed by one of `keys`. kCorrupt for everything else.
policy::Result<Checkpoint> open_checkpoint(std::string_view note, std::string_view origin,
                                           std::span<const VerifierKey> keys);

/// Signs notes with keys of the vault, each note by every key: while a key is being rotated there are two.
///
/// Thread safety: sign() may be called from any thread. Blocks: call it on a pool.
/// Lifetime:      the vault must outlive it.
class NoteSigner {
  public:
    /// Reads the public keys from the vault; blocks. `name` is the key name of the signature lines.
    static policy::Result<NoteSigner> create(keys::KeyVault& vault, std::string name,
                                             std::vector<policy::KeyId> key_ids);

    /// The whole note. Ed25519 is deterministic: the same text gives the same bytes on every gateway.
    policy::Result<std::string> sign(std::string text) const;

    const std::string& name() const noexcept { return name_; }
    /// What verifiers are given: print these with text().
    const std::vector<VerifierKey>& verifier_keys() const noexcept { return verifier_keys_; }

  private:
    NoteSigner(keys::KeyVault& vault, std::string name, std::vector<policy::KeyId> key_ids,
               std::vector<VerifierKey> verifier_keys);

    keys::KeyVault* vault_;
    std::string name_;
    std::vector<policy::KeyId> key_ids_;
    std::vector<VerifierKey> verifier_keys_;
};

}  // namespace storage::audit
