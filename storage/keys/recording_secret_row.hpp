#pragma once

#include <cstdint>
#include <span>

#include "policy/ids.hpp"
#include "policy/result.hpp"
#include "storage/crypto/bytes.hpp"

namespace storage::keys {

/// What lies under an epoch's seal: version[1] || key id[16] || wrapped data key[60] || sealed fields.
/// The spans belong to whoever owns the bytes.
struct SecretRow {
    /// 2: the recording's name in the log follows from its data key (recording_secret.hpp). 1: from before that.
    std::uint8_t version = 2;
    policy::KeyId key;
    std::span<const std::byte> wrapped_data_key;
    std::span<const std::byte> sealed_fields;
};

crypto::Bytes write_secret_row(const SecretRow& row);
/// kCorrupt for any other version or too few bytes.
policy::Result<SecretRow> parse_secret_row(std::span<const std::byte> bytes);

}  // namespace storage::keys
