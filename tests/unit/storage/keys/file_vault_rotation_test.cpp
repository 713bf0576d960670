#include <catch2/catch.hpp>
#include <vector>

#include "tests/unit/storage/keys/vault_fixture.hpp"

namespace {

using namespace storage::keys;
using policy::Code;
using policy::KeyId;
using storage::crypto::bytes_of;
using storage::crypto::Key256;
using tests::VaultFixture;
using tests::works;

TEST_CASE("After a root rotation every key works under the new secret and the old one opens nothing") {
    VaultFixture fixture(1);
    const RootSecret next{Key256::random()};
    auto vault = fixture.open();
    std::vector<KeyId> keys;
    for (int i = 0; i < 5; ++i) keys.push_back(vault->create(KeyPurpose::kDay, "").value());
    const auto sealed = vault->seal(keys[0], Use::kWrap, bytes_of("data key"), {}).value();
    REQUIRE(vault->rotate_root(next).has_value());
    REQUIRE(vault->rotate_root(next).has_value());  // done already
    for (const KeyId key : keys) REQUIRE(works(*vault, key));
    keys.push_back(vault->create(KeyPurpose::kDay, "after").value());

    REQUIRE(fixture.refused(fixture.settings()).code == Code::kInvalid);
    fixture.root = next.clone();
    vault = fixture.open();
    for (const KeyId key : keys) REQUIRE(works(*vault, key));
    REQUIRE(vault->open(keys[0], Use::kWrap, sealed, {}).has_value());

    auto settings = fixture.settings();  // the copy was rotated too
    settings.folder = fixture.copy();
    settings.copies.clear();
    const auto copy = FileVault::open(std::move(settings)).value();
    for (const KeyId key : keys) REQUIRE(works(*copy, key));
}

TEST_CASE("A process with the old secret alone says so after a rotation elsewhere, and one with both goes on") {
    VaultFixture fixture;
    const RootSecret next{Key256::random()};
    const auto old_only = fixture.open();
    auto both = fixture.settings();
    both.other_root = next.clone();
    const auto prepared = FileVault::open(std::move(both)).value();
    const KeyId key = old_only->create(KeyPurpose::kDay, "").value();
    REQUIRE(works(*old_only, key));
    REQUIRE(works(*prepared, key));
    REQUIRE(fixture.open()->rotate_root(next).has_value());
    const auto refused = old_only->seal(key, Use::kField, {}, {});
    REQUIRE(refused.error().code == Code::kUnavailable);
    REQUIRE(refused.error().what.find(next.id()) != std::string::npos);
    REQUIRE(old_only->create(KeyPurpose::kDay, "").error().code == Code::kUnavailable);
    REQUIRE(works(*prepared, key));
    REQUIRE(works(*prepared, prepared->create(KeyPurpose::kDay, "").value()));
    REQUIRE(old_only->destroy(key).has_value());  // needs no secret
    REQUIRE(prepared->seal(key, Use::kField, {}, {}).error().code == Code::kGone);
}

}  // namespace
