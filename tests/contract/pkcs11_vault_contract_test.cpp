#include <catch2/catch.hpp>

#include "storage/keys/pkcs11_vault.hpp"
#include "tests/contract/key_vault_contract.hpp"
#include "tests/support/soft_token.hpp"

namespace {

/// A vault on an empty token.
class Pkcs11VaultKind {
  public:
    operator tests::KeyVaultKind() const {
        return {[this] {
            return std::unique_ptr<storage::keys::KeyVault>(
                storage::keys::Pkcs11Vault::open({token_.settings(), std::nullopt}).value());
        }};
    }

  private:
    tests::SoftToken token_;
};

#define PKCS11_VAULT_KEEPS(clause)         \
    TEST_CASE("PKCS#11 vault: " #clause) { \
        tests::clause(Pkcs11VaultKind());  \
    }

PKCS11_VAULT_KEEPS(a_sealed_message_opens_with_its_key_use_and_associated_data_only)
PKCS11_VAULT_KEEPS(keys_outlive_a_restart)
PKCS11_VAULT_KEEPS(a_purpose_permits_its_uses_and_no_other)
PKCS11_VAULT_KEEPS(macs_repeat_under_one_key_and_differ_under_others)
PKCS11_VAULT_KEEPS(signatures_verify_with_the_public_key)
PKCS11_VAULT_KEEPS(a_destroyed_key_opens_nothing_and_never_comes_back)
PKCS11_VAULT_KEEPS(destroying_twice_or_what_is_not_there_is_success)
PKCS11_VAULT_KEEPS(an_unknown_key_is_not_found)
PKCS11_VAULT_KEEPS(the_list_names_what_is_there)
PKCS11_VAULT_KEEPS(labels_and_messages_have_bounds)
PKCS11_VAULT_KEEPS(threads_create_use_and_destroy_at_once)

}  // namespace
