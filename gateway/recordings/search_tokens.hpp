#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/claim.hpp"
#include "policy/ids.hpp"
#include "policy/result.hpp"
#include "storage/catalogue/types.hpp"
#include "storage/keys/key_vault.hpp"

namespace gateway::recordings {

/// The blind index tokens that a recording is found by under one day or keep key: its caller's and callee's numbers, in
/// their search form. `home`: the country that a national number without one belongs to. Blocks (vault).
policy::Result<std::vector<storage::catalogue::Mac>> search_tokens(storage::keys::KeyVault& vault, policy::KeyId key,
                                                                   const policy::Claim& claim, std::string_view home);

/// The token of one number, as it is searched for. Blocks (vault).
policy::Result<storage::catalogue::Mac> number_token(storage::keys::KeyVault& vault, policy::KeyId key,
                                                     std::string_view search_form);

}  // namespace gateway::recordings
