#pragma once

#include <functional>
#include <memory>

#include "storage/keys/key_vault.hpp"

namespace tests {

/// What the contract suite needs of a vault's kind.
struct KeyVaultKind {
    /// The vault over the same stored keys each time; called again after the last one is gone: a restart.
    std::function<std::unique_ptr<storage::keys::KeyVault>()> open;
};

// What every KeyVault keeps, whatever it is made of. Each is called within a TEST_CASE of its own, over an empty vault.
void a_sealed_message_opens_with_its_key_use_and_associated_data_only(const KeyVaultKind& kind);
void keys_outlive_a_restart(const KeyVaultKind& kind);
void a_purpose_permits_its_uses_and_no_other(const KeyVaultKind& kind);
void macs_repeat_under_one_key_and_differ_under_others(const KeyVaultKind& kind);
void signatures_verify_with_the_public_key(const KeyVaultKind& kind);
void a_destroyed_key_opens_nothing_and_never_comes_back(const KeyVaultKind& kind);
void destroying_twice_or_what_is_not_there_is_success(const KeyVaultKind& kind);
void an_unknown_key_is_not_found(const KeyVaultKind& kind);
void the_list_names_what_is_there(const KeyVaultKind& kind);
void labels_and_messages_have_bounds(const KeyVaultKind& kind);
void threads_create_use_and_destroy_at_once(const KeyVaultKind& kind);

}  // namespace tests
