#include <catch2/catch.hpp>

#include "storage/keys/file_vault.hpp"
#include "storage/keys/moving_vault.hpp"
#include "storage/keys/pkcs11_vault.hpp"
#include "tests/contract/key_vault_contract.hpp"
#include "tests/support/soft_token.hpp"
#include "tests/support/temporary_folder.hpp"

namespace {

using storage::keys::FileVault;
using storage::keys::KeyVault;
using storage::keys::MovingVault;
using storage::keys::RootSecret;

/// Keys move from a folder to a token.
class ToToken {
  public:
    ToToken() { REQUIRE(FileVault::initialise(folder()).has_value()); }

    operator tests::KeyVaultKind() const {
        return {[this] {
            std::unique_ptr<KeyVault> to = storage::keys::Pkcs11Vault::open({token_.settings(), std::nullopt}).value();
            std::unique_ptr<KeyVault> from = FileVault::open(folder()).value();
            return std::unique_ptr<KeyVault>(new MovingVault(std::move(to), std::move(from)));
        }};
    }

  private:
    storage::keys::FileVaultSettings folder() const {
        return {folder_.path() / "vault", {}, root_.clone(), std::nullopt};
    }

    tests::SoftToken token_;
    tests::TemporaryFolder folder_;
    RootSecret root_{storage::crypto::Key256::random()};
};

#define MOVING_VAULT_KEEPS(clause)        \
    TEST_CASE("Moving vault: " #clause) { \
        tests::clause(ToToken());         \
    }

MOVING_VAULT_KEEPS(a_sealed_message_opens_with_its_key_use_and_associated_data_only)
MOVING_VAULT_KEEPS(keys_outlive_a_restart)
MOVING_VAULT_KEEPS(a_purpose_permits_its_uses_and_no_other)
MOVING_VAULT_KEEPS(macs_repeat_under_one_key_and_differ_under_others)
MOVING_VAULT_KEEPS(signatures_verify_with_the_public_key)
MOVING_VAULT_KEEPS(a_destroyed_key_opens_nothing_and_never_comes_back)
MOVING_VAULT_KEEPS(destroying_twice_or_what_is_not_there_is_success)
MOVING_VAULT_KEEPS(an_unknown_key_is_not_found)
MOVING_VAULT_KEEPS(the_list_names_what_is_there)
MOVING_VAULT_KEEPS(labels_and_messages_have_bounds)
MOVING_VAULT_KEEPS(threads_create_use_and_destroy_at_once)

}  // namespace
