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

/// What a wrap is bound to besides the key that made it: it unwraps for this recording and date only.
struct WrapContext {
    policy::RecordingId recording;
    policy::Date purge_date;
};

inline constexpr std::size_t kWrappedDataKeyBytes = 60;

/// A data key sealed under the wrap key of a day or keep key set: 60 bytes, nonce[12] || ciphertext[32] || tag[16],
/// with associated data = version, recording id, key id, purge date, each with its length before it. Errors: the
/// vault's.
policy::Result<crypto::Bytes> wrap_data_key(KeyVault& vault, policy::KeyId key, const crypto::Key256& data_key,
                                            const WrapContext& context);
policy::Result<crypto::Key256> unwrap_data_key(KeyVault& vault, policy::KeyId key, std::span<const std::byte> wrapped,
                                               const WrapContext& context);

}  // namespace storage::keys
