#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>

#include "policy/ids.hpp"
#include "policy/result.hpp"
#include "policy/time.hpp"
#include "storage/crypto/bytes.hpp"
#include "storage/crypto/secret.hpp"
#include "storage/keys/epoch_seal.hpp"
#include "storage/keys/key_vault.hpp"

namespace storage::keys {

// The `sealed` column of the catalogue's narrow table, one row a recording:
//
//   epoch seal of ( version[1] = 2 || key id[16] || wrapped data key[60] || sealed fields )
//
// The wrap is wrap.hpp's; the fields are sealed under the field key of the same day or keep key set; the whole under
// the epoch key, so that old copies of the table go dark with their epoch. All three are bound to the recording; wrap
// and fields also to key and purge date; the whole also to its epoch key. README.md has the bytes.
//
// The recording's name in the log follows from its data key, so that a play asks the vault for one thing only; it
// stands among the fields too, for those who must not open the audio. Version 1, from before that, has it there only.

/// Where a recording's secret stands: the values that the catalogue's row has. All of them must be those it was sealed
/// with, else it does not open (kCorrupt).
struct SecretPlace {
    policy::RecordingId recording;
    policy::Date purge_date;
    policy::KeyId key;  ///< The day or keep key set.
    std::shared_ptr<const EpochSeal> epoch;
};

/// What a play needs.
struct AudioKey {
    crypto::Key256 data_key;
    std::optional<policy::LogId> log_id;  ///< Not set for a row of version 1.

    AudioKey clone() const { return {data_key.clone(), log_id}; }
};

/// The name in the log of the recording with that data key. One-way: without the key nobody links the two.
policy::LogId log_id_of(const crypto::Key256& data_key);

/// The row for a new recording. `fields`: the personal fields as the caller encodes them (JSON), at most 512 KiB
/// (kTooLarge), with log_id_of(data_key) among them. Two vault calls. Errors: the vault's.
policy::Result<crypto::Bytes> seal_recording_secret(KeyVault& vault, const SecretPlace& place,
                                                    const crypto::Key256& data_key, std::span<const std::byte> fields);

/// The personal fields alone: unwraps nothing of the audio. One vault call.
policy::Result<crypto::SecretBytes> open_recording_fields(KeyVault& vault, const SecretPlace& place,
                                                          std::span<const std::byte> sealed);

/// One vault call.
policy::Result<AudioKey> open_audio_key(KeyVault& vault, const SecretPlace& place, std::span<const std::byte> sealed);

/// The row after a move to another key set or purge date (hold, restriction, statutory class: to a keep key; release:
/// back to an open day key); data key and fields stay the same. `to.epoch` may be another too.
/// kInvalid when `to` names another recording.
policy::Result<crypto::Bytes> rewrap_recording_secret(KeyVault& vault, const SecretPlace& from, const SecretPlace& to,
                                                      std::span<const std::byte> sealed);

/// The row in another epoch; neither data key nor fields are opened. No vault call.
policy::Result<crypto::Bytes> reseal_recording_secret(policy::RecordingId recording, const EpochSeal& from,
                                                      const EpochSeal& to, std::span<const std::byte> sealed);

}  // namespace storage::keys
