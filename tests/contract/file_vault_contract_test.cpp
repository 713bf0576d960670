#include <catch2/catch.hpp>

#include "storage/keys/file_vault.hpp"
#include "tests/contract/key_vault_contract.hpp"
#include "tests/support/temporary_folder.hpp"

namespace {

using storage::keys::FileVault;
using storage::keys::FileVaultSettings;
using storage::keys::RootSecret;

/// A file vault with one copy, in folders of its own.
class FileVaultKind {
  public:
    FileVaultKind() { REQUIRE(FileVault::initialise(settings()).has_value()); }

    operator tests::KeyVaultKind() const {
        return {[this] { return std::unique_ptr<storage::keys::KeyVault>(FileVault::open(settings()).value()); }};
    }

  private:
    FileVaultSettings settings() const {
        return {folder_.path() / "vault", {folder_.path() / "copy"}, root_.clone(), std::nullopt};
    }

    tests::TemporaryFolder folder_;
    RootSecret root_{storage::crypto::Key256::random()};
};

#define FILE_VAULT_KEEPS(clause)        \
    TEST_CASE("File vault: " #clause) { \
        tests::clause(FileVaultKind()); \
    }

FILE_VAULT_KEEPS(a_sealed_message_opens_with_its_key_use_and_associated_data_only)
FILE_VAULT_KEEPS(keys_outlive_a_restart)
FILE_VAULT_KEEPS(a_purpose_permits_its_uses_and_no_other)
FILE_VAULT_KEEPS(macs_repeat_under_one_key_and_differ_under_others)
FILE_VAULT_KEEPS(signatures_verify_with_the_public_key)
FILE_VAULT_KEEPS(a_destroyed_key_opens_nothing_and_never_comes_back)
FILE_VAULT_KEEPS(destroying_twice_or_what_is_not_there_is_success)
FILE_VAULT_KEEPS(an_unknown_key_is_not_found)
FILE_VAULT_KEEPS(the_list_names_what_is_there)
FILE_VAULT_KEEPS(labels_and_messages_have_bounds)
FILE_VAULT_KEEPS(threads_create_use_and_destroy_at_once)

}  // namespace
