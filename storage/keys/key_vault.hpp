#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/ids.hpp"
#include "policy/result.hpp"
#include "storage/crypto/bytes.hpp"
#include "storage/crypto/ed25519.hpp"
#include "storage/crypto/secret.hpp"
#include "storage/crypto/sha256.hpp"

namespace storage::keys {

/// What a key set is for; it can be used for nothing else. The numbers stand in key files and never change meaning.
enum class KeyPurpose : std::uint8_t {
    kDay = 1,         ///< One purge date: wrap, field, index.
    kKeep = 2,        ///< One matter (hold, restriction) or a month of a statutory class: wrap, field, index.
    kEpoch = 3,       ///< The catalogue's narrow table of secrets: field.
    kDirectory = 4,   ///< Names of agents, teams, queues: field.
    kCase = 5,        ///< Case references that the log cites by id: field.
    kCheckpoint = 6,  ///< Signs the audit log's checkpoints.
    kLedger = 7,      ///< Signs the deletion ledger.
    kReceipt = 8,     ///< Signs receipts.
    kTombstone = 9,   ///< MACs what outlives a recording: index.
    kPseudonym = 10,  ///< MACs subjects for the audit log: index.
    kSession = 11,    ///< MACs session and page tokens: index.
};

/// The sub-keys of a set that seal and open (kWrap, kField) or make MACs (kIndex).
enum class Use {
    kWrap,   ///< Data keys.
    kField,  ///< Personal fields, rows.
    kIndex,  ///< Blind index tokens, tombstones, pseudonyms.
};

inline constexpr std::array kKeyPurposes{KeyPurpose::kDay,       KeyPurpose::kKeep,    KeyPurpose::kEpoch,
                                         KeyPurpose::kDirectory, KeyPurpose::kCase,    KeyPurpose::kCheckpoint,
                                         KeyPurpose::kLedger,    KeyPurpose::kReceipt, KeyPurpose::kTombstone,
                                         KeyPurpose::kPseudonym, KeyPurpose::kSession};

std::string_view name_of(KeyPurpose purpose);  ///< "day", "keep", ... as in `callvault key list`.
std::string_view name_of(Use use);
bool permits(KeyPurpose purpose, Use use);  ///< The table above.
bool permits_signing(KeyPurpose purpose);

struct KeyInfo {
    policy::KeyId id;
    KeyPurpose purpose;
    std::string label;     ///< As given to create().
    bool usable = true;    ///< False while some copy of the vault does not hold it, or not all of it.
    bool in_vault = true;  ///< False: a copy alone holds it, for its destruction is half done, or the vault lost it.
};

inline constexpr std::size_t kMaxLabelBytes = 200;
inline constexpr std::size_t kMaxVaultMessageBytes = std::size_t{1} << 20U;

/// Holds the keys that everything else leans on, uses them, and never gives one out.
///
/// A key set is named by a random id that the vault draws and never draws again. The catalogue, not the vault, decides
/// which id counts for a date (a token has no create-if-absent): an id that was created and that nobody recorded is
/// destroyed by its maker later, found by list().
///
/// Thread safety: every member may be called from any number of threads at once. Every call may block (disk, token):
/// call it on a pool, never on a loop thread.
/// Durability: what create() and destroy() report has happened durably, and was read back.
/// Errors, of every member that takes an id: kNotFound, or kGone where the vault knows that the key was destroyed (a
/// token cannot tell); kInvalid for a use that the purpose does not permit; kUnavailable (may be retried) when the disk
/// or token does not answer or the second copy does not hold the key yet; kCorrupt (alarm) when the stored key fails
/// its own seal.
class KeyVault {
  public:
    virtual ~KeyVault() = default;

    /// "file" or "pkcs11": stands in certificates.
    virtual std::string_view kind() const = 0;

    /// Makes a key set. `label`: at most 200 bytes of printable ASCII, no personal data (a date, a matter's id, an
    /// epoch number); labels need not be unique. When this fails or the process dies, the key may exist: list() tells.
    virtual policy::Result<policy::KeyId> create(KeyPurpose purpose, std::string_view label) = 0;

    /// nonce[12] || ciphertext || tag[16] under AES-256-GCM; the vault (or token) makes the nonce. At most 2^32 seals
    /// for one key and use: see README.md. `plain`: at most 1 MiB (kTooLarge).
    virtual policy::Result<crypto::Bytes> seal(policy::KeyId id, Use use, std::span<const std::byte> plain,
                                               std::span<const std::byte> associated) = 0;

    /// Opens what seal() made with the same id, use and associated data. kCorrupt when it does not open.
    virtual policy::Result<crypto::SecretBytes> open(policy::KeyId id, Use use, std::span<const std::byte> sealed,
                                                     std::span<const std::byte> associated) = 0;

    /// HMAC-SHA256 under the set's sub-key for `use` (kIndex).
    virtual policy::Result<crypto::Digest256> mac(policy::KeyId id, Use use, std::span<const std::byte> message) = 0;

    /// Ed25519, for the purposes that sign.
    virtual policy::Result<crypto::Signature> sign(policy::KeyId id, std::span<const std::byte> message) = 0;
    virtual policy::Result<crypto::PublicKey> public_key(policy::KeyId id) = 0;

    /// Destroys the set and all its sub-keys, in every copy that the vault keeps; returns when that is durable and was
    /// read back. From the first moment the key cannot be used again, even if this fails halfway: then it is called
    /// again until it succeeds. A key that is not there is success.
    virtual policy::Result<void> destroy(policy::KeyId id) = 0;

    /// Every key that the vault holds, destroyed ones not, in no order.
    virtual policy::Result<std::vector<KeyInfo>> list() = 0;

    /// Whether every copy of the vault that is configured holds the key, so that it may begin to be used. kNotFound.
    virtual policy::Result<bool> usable(policy::KeyId id) = 0;

    /// A cheap sign of life, however many keys there are: an error when the disk or a token gives none.
    virtual policy::Result<void> look() = 0;

    /// Keys that a copy of the vault holds and the vault itself does not, and that nobody
    /// destroyed: the mark of a vault that was restored to an earlier day. For doctor and for the start of the service.
    virtual policy::Result<std::vector<policy::KeyId>> missing_from_vault() = 0;

    /// Keys to be replaced by new ones of this vault, as they lie where it is being moved away from. None, for most.
    virtual policy::Result<std::vector<KeyInfo>> outgoing() { return std::vector<KeyInfo>(); }
};

}  // namespace storage::keys
