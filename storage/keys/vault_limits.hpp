#pragma once

#include <span>
#include <string_view>

#include "policy/result.hpp"
#include "storage/keys/key_vault.hpp"

namespace storage::keys {

// What every vault refuses alike.

/// kInvalid unless `label` may be one (KeyVault::create()).
policy::Result<void> check_label(std::string_view label);

/// kTooLarge for more than kMaxVaultMessageBytes.
policy::Result<void> check_size(std::span<const std::byte> message);

/// kInvalid: a key of that purpose is not for `act` ("wrap", "signing").
policy::Error not_permitted(KeyPurpose purpose, std::string_view act);

}  // namespace storage::keys
