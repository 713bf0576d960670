#include "storage/keys/file_vault.hpp"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "storage/crypto/random.hpp"
#include "tests/unit/storage/keys/vault_fixture.hpp"

namespace {

using namespace storage::keys;
using policy::Code;
using policy::KeyId;
using storage::crypto::bytes_of;
using storage::crypto::Key256;
using tests::VaultFixture;
using tests::works;
namespace fs = std::filesystem;

std::string contents(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

void put(const fs::path& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

TEST_CASE("A folder without a vault is never made into one by opening it") {
    tests::TemporaryFolder folder;
    fs::create_directory(folder.path() / "empty");
    fs::permissions(folder.path() / "empty", fs::perms::owner_all);
    for (const auto* const name : {"empty", "missing"}) {
        const auto opened = FileVault::open({folder.path() / name, {}, RootSecret(Key256::random()), std::nullopt});
        REQUIRE(opened.error().code == Code::kNotFound);
        REQUIRE(opened.error().what.find("callvault key init") != std::string::npos);
    }
    REQUIRE(fs::is_empty(folder.path() / "empty"));
}

TEST_CASE("A vault is initialised once") {
    const VaultFixture fixture(1);
    REQUIRE(FileVault::initialise(fixture.settings()).error().code == Code::kConflict);
}

TEST_CASE("A wrong root secret opens nothing and the sentence names both") {
    const VaultFixture fixture;
    auto settings = fixture.settings();
    settings.root = RootSecret(Key256::random());
    const std::string given = settings.root.id();
    const auto error = fixture.refused(std::move(settings));
    REQUIRE(error.code == Code::kInvalid);
    REQUIRE(error.what.find(fixture.root.id()) != std::string::npos);
    REQUIRE(error.what.find(given) != std::string::npos);
}

TEST_CASE("A folder, a key or a marker that is open to others is refused") {
    const VaultFixture fixture;
    const KeyId key = fixture.open()->create(KeyPurpose::kDay, "").value();
    fs::permissions(fixture.vault() / "keys", fs::perms(0750));
    REQUIRE(fixture.refused(fixture.settings()).code == Code::kInvalid);
    fs::permissions(fixture.vault() / "keys", fs::perms(0700));
    fs::permissions(fixture.vault() / "VAULT", fs::perms(0644));
    REQUIRE(fixture.refused(fixture.settings()).code == Code::kInvalid);
    fs::permissions(fixture.vault() / "VAULT", fs::perms(0600));
    const auto vault = fixture.open();
    fs::permissions(fixture.key_file(key), fs::perms(0640));
    REQUIRE(vault->seal(key, Use::kField, {}, {}).error().code == Code::kInvalid);
}

TEST_CASE("Files are closed to others and hold neither the label's key nor plaintext") {
    const VaultFixture fixture(1);
    const auto vault = fixture.open();
    const KeyId key = vault->create(KeyPurpose::kDay, "2026-11-24").value();
    for (const auto& file : {fixture.key_file(key), fixture.key_copy(key), fixture.vault() / "VAULT"}) {
        REQUIRE((fs::status(file).permissions() & fs::perms(0077)) == fs::perms::none);
    }
    REQUIRE(contents(fixture.key_file(key)) == contents(fixture.key_copy(key)));
    REQUIRE(std::distance(fs::directory_iterator(fixture.vault() / "keys"), {}) == 1);
}

TEST_CASE("A damaged marker is an alarm") {
    const VaultFixture fixture;
    put(fixture.vault() / "VAULT", "callvault file vault 2\n");
    REQUIRE(fixture.refused(fixture.settings()).code == Code::kCorrupt);
}

TEST_CASE("A key file that was changed at any byte is an alarm, and so is one under another's name") {
    const VaultFixture fixture;
    const auto maker = fixture.open();
    const KeyId key = maker->create(KeyPurpose::kDay, "2026-11-24").value();
    const KeyId other = maker->create(KeyPurpose::kDay, "2026-11-25").value();
    const std::string good = contents(fixture.key_file(key));
    const auto vault = fixture.open();
    for (std::size_t at = 0; at < good.size(); at += 3) {
        INFO(at);
        std::string bad = good;
        bad[at] = static_cast<char>(bad[at] ^ 1);
        put(fixture.key_file(key), bad);
        const auto sealed = vault->seal(key, Use::kField, {}, {});
        REQUIRE(sealed.has_error());
        const bool names_another_root = at >= 26 && at < 42;
        REQUIRE(sealed.error().code == (names_another_root ? Code::kUnavailable : Code::kCorrupt));
    }
    for (const std::string& bad :
         {std::string(), good.substr(0, good.size() - 1), std::string(5000, 'x'), contents(fixture.key_file(other))}) {
        put(fixture.key_file(key), bad);
        REQUIRE(vault->seal(key, Use::kField, {}, {}).error().code == Code::kCorrupt);
    }
    REQUIRE(works(*vault, other));
    put(fixture.key_file(key), good);
    REQUIRE(works(*vault, key));
}

TEST_CASE("A key that one process destroys is gone for another that has it open") {
    const VaultFixture fixture(1);
    const auto here = fixture.open();
    const auto there = fixture.open();
    const KeyId key = here->create(KeyPurpose::kDay, "").value();
    REQUIRE(works(*there, key));
    REQUIRE(here->destroy(key).has_value());
    REQUIRE(there->seal(key, Use::kField, {}, {}).error().code == Code::kGone);
    REQUIRE(there->destroy(key).has_value());
}

TEST_CASE("A destroyed key's file is gone from every copy and only its mark stays") {
    const VaultFixture fixture(1);
    const auto vault = fixture.open();
    const KeyId key = vault->create(KeyPurpose::kDay, "").value();
    REQUIRE(vault->destroy(key).has_value());
    REQUIRE_FALSE(fs::exists(fixture.key_file(key)));
    REQUIRE_FALSE(fs::exists(fixture.key_copy(key)));
    REQUIRE(fs::file_size(fixture.vault() / "destroyed" / key.text()) == 0);
    REQUIRE(fs::file_size(fixture.copy() / "destroyed" / key.text()) == 0);
}

TEST_CASE("A vault restored to yesterday does not bring a destroyed key back while its mark is in a copy") {
    const VaultFixture fixture(1);
    KeyId key;
    {
        const auto vault = fixture.open();
        key = vault->create(KeyPurpose::kDay, "").value();
        const std::string file = contents(fixture.key_file(key));
        REQUIRE(vault->destroy(key).has_value());
        fs::remove(fixture.vault() / "destroyed" / key.text());
        put(fixture.key_file(key), file);
        fs::permissions(fixture.key_file(key), fs::perms(0600));
        REQUIRE(vault->seal(key, Use::kField, {}, {}).error().code == Code::kGone);
        REQUIRE(vault->list().value().empty());
    }
    const auto vault = fixture.open();
    REQUIRE_FALSE(fs::exists(fixture.key_file(key)));
    REQUIRE(vault->seal(key, Use::kField, {}, {}).error().code == Code::kGone);
}

TEST_CASE("A key is not used before every copy holds it, and is as soon as it can be copied") {
    const VaultFixture fixture(1);
    const auto vault = fixture.open();
    const KeyId key = vault->create(KeyPurpose::kDay, "").value();
    fs::remove(fixture.key_copy(key));
    const fs::path aside = fixture.copy() / "keys";
    const auto reader = fixture.open();  // copies it again at once
    REQUIRE(fs::exists(fixture.key_copy(key)));
    fs::remove(fixture.key_copy(key));
    fs::create_directory(fixture.key_copy(key));  // what no key can be put over
    fs::remove(fixture.key_copy(key));
    REQUIRE(works(*fixture.open(), key));
    REQUIRE(fs::exists(fixture.key_copy(key)));
}

TEST_CASE("A copy that cannot be written keeps a new key from being used until it can") {
    const VaultFixture fixture(1);
    const auto vault = fixture.open();
    REQUIRE(vault->create(KeyPurpose::kDay, "first").has_value());
    fs::remove_all(fixture.copy() / "keys");  // the folder that the vault has open takes no more files
    const auto created = vault->create(KeyPurpose::kDay, "second");
    REQUIRE(created.has_error());
    const auto keys = vault->list().value();
    REQUIRE(keys.size() == 2);
    for (const auto& key : keys) {
        if (key.label != "second") continue;
        REQUIRE_FALSE(key.usable);
        REQUIRE(vault->seal(key.id, Use::kField, {}, {}).error().code == Code::kUnavailable);
    }
    fs::create_directory(fixture.copy() / "keys");
    fs::permissions(fixture.copy() / "keys", fs::perms(0700));
    const auto again = fixture.open();
    for (const auto& key : again->list().value()) {
        REQUIRE(key.usable);
        REQUIRE(works(*again, key.id));
    }
}

TEST_CASE("A copy that is not there, is empty or belongs to another vault is refused; a new one is added and filled") {
    const VaultFixture fixture;
    const VaultFixture other(1);
    const KeyId key = fixture.open()->create(KeyPurpose::kDay, "").value();
    auto settings = fixture.settings();
    settings.copies = {other.copy()};
    REQUIRE(fixture.refused(std::move(settings)).code == Code::kInvalid);
    settings = fixture.settings();
    const fs::path fresh = fixture.vault().parent_path() / "fresh";
    settings.copies = {fresh};
    REQUIRE(fixture.refused(std::move(settings)).code == Code::kNotFound);

    REQUIRE(FileVault::add_copy(fixture.vault(), fresh).has_value());
    REQUIRE(FileVault::add_copy(fixture.vault(), fresh).error().code == Code::kConflict);
    settings = fixture.settings();
    settings.copies = {fresh};
    const auto vault = FileVault::open(std::move(settings)).value();
    REQUIRE(works(*vault, key));
    REQUIRE(contents(fresh / "keys" / (key.text() + ".key")) == contents(fixture.key_file(key)));
}

TEST_CASE("A copy opens as the vault when the vault's own disk is lost") {
    const VaultFixture fixture(1);
    const KeyId key = fixture.open()->create(KeyPurpose::kDay, "").value();
    fs::remove_all(fixture.vault());
    auto settings = fixture.settings();
    settings.folder = fixture.copy();
    settings.copies.clear();
    REQUIRE(works(*FileVault::open(std::move(settings)).value(), key));
}

TEST_CASE("Keys that a copy has and the vault lost are named, and never taken away") {
    const VaultFixture fixture(1);
    const KeyId lost = fixture.open()->create(KeyPurpose::kDay, "").value();
    const KeyId destroyed = fixture.open()->create(KeyPurpose::kDay, "").value();
    REQUIRE(fixture.open()->destroy(destroyed).has_value());
    fs::remove(fixture.key_file(lost));
    const auto vault = fixture.open();
    REQUIRE(vault->missing_from_vault().value() == std::vector<KeyId>{lost});
    REQUIRE(fs::exists(fixture.key_copy(lost)));
    REQUIRE(vault->seal(lost, Use::kField, {}, {}).error().code == Code::kNotFound);
}

TEST_CASE("What a crash left half written is removed when the vault is opened") {
    const VaultFixture fixture(1);
    put(fixture.vault() / "keys" / ".0011223344556677.new", "half");
    put(fixture.copy() / ".0011223344556677.new", "half");
    const auto vault = fixture.open();
    REQUIRE(fs::is_empty(fixture.vault() / "keys"));
    REQUIRE_FALSE(fs::exists(fixture.copy() / ".0011223344556677.new"));
}

}  // namespace
