#pragma once

#include <string>
#include <vector>

#include "gateway/app/settings.hpp"

namespace gateway::cli {

/// What `key init` found and did, a sentence each.
struct VaultSetup {
    bool made_root = false;
    bool made_vault = false;
    std::vector<std::filesystem::path> made_copies;
    std::size_t keys = 0;  ///< In the vault now.
};

/// Makes what is missing of root secret, vault and copies, durably, and opens the result to prove it. Safe to repeat,
/// also after a crash halfway. Never makes a root secret beside an existing vault, and no copy beside a vault that
/// holds keys: both would hide a loss. Ends the command (CommandError) with what to do. Blocks.
VaultSetup set_up_vault(const app::Settings& settings);

}  // namespace gateway::cli
