#pragma once

#include <string_view>

#include "policy/ids.hpp"
#include "policy/result.hpp"
#include "storage/crypto/sha256.hpp"
#include "storage/keys/key_vault.hpp"

namespace storage::keys {

/// The blind index token of a value in one field ("number", "customer", "agent_name") under a day's or keep key's index
/// key: the same value gives the same token on one day and unrelated ones on others. The value is used as it is: bring
/// it into one spelling first (E.164, case folding). Fields never collide: each part is hashed with its length before
/// it.
policy::Result<crypto::Digest256> blind_token(KeyVault& vault, policy::KeyId key, std::string_view field,
                                              std::string_view value);

}  // namespace storage::keys
