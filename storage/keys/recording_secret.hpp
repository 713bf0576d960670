#pragma once

#include <cstddef>
#include <span>

#include "policy/ids.hpp"
#include "policy/result.hpp"
#include "policy/time.hpp"
#include "storage/crypto/bytes.hpp"
#include "storage/crypto/secret.hpp"
#include "storage/keys/key_vault.hpp"

namespace storage::keys {

// The `sealed` column of the catalogue's narrow table, one row a recording:
//
//   epoch seal of ( version[1] = 1 || key id[16] || wrapped data key[60] || sealed fields )
//
// The wrap is wrap.hpp's; the fields are sealed under the field key of the same day or keep key set; the whole under
// the epoch key, so that old copies of the table go dark with their epoch. All three are bound to the recording; wrap
// and fields also to key and purge date; the whole also to its epoch key. README.md has the bytes.

/// Where a recording's secret stands: the values that the catalogue's row has. All of them must be those it was sealed
/// with, else it does not open (kCorrupt).
struct SecretPlace {
    policy::RecordingId recording;
    policy::Date purge_date;
    policy::KeyId key;    ///< The day or keep key set.
    policy::KeyId epoch;  ///< The epoch key.
};

/// The row for a new recording. `fields`: the personal fields as the caller encodes them (JSON), at most 512 KiB
/// (kTooLarge). Three vault calls. Errors: the vault's.
policy::Result<crypto::Bytes> seal_recording_secret(KeyVault& vault, const SecretPlace& place,
                                                    const crypto::Key256& data_key, std::span<const std::byte> fields);

/// The personal fields alone: unwraps nothing of the audio. Two vault calls.
policy::Result<crypto::SecretBytes> open_recording_fields(KeyVault& vault, const SecretPlace& place,
                                                          std::span<const std::byte> sealed);

/// The data key alone. Two vault calls.
policy::Result<crypto::Key256> open_data_key(KeyVault& vault, const SecretPlace& place,
                                             std::span<const std::byte> sealed);

/// The row after a move to another key set or purge date (hold, restriction, statutory class: to a keep key; release:
/// back to an open day key); data key and fields stay the same. `to.epoch` may be another too.
/// kInvalid when `to` names another recording.
policy::Result<crypto::Bytes> rewrap_recording_secret(KeyVault& vault, const SecretPlace& from, const SecretPlace& to,
                                                      std::span<const std::byte> sealed);

/// The row under another epoch key; neither data key nor fields are opened. Two vault calls.
policy::Result<crypto::Bytes> reseal_recording_secret(KeyVault& vault, policy::RecordingId recording,
                                                      policy::KeyId from_epoch, policy::KeyId to_epoch,
                                                      std::span<const std::byte> sealed);

}  // namespace storage::keys
