#include "storage/keys/moving_vault.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/support/forwarding_vault.hpp"
#include "tests/unit/storage/keys/vault_fixture.hpp"

namespace {

using namespace storage::keys;
using policy::Code;
using policy::KeyId;
using storage::crypto::bytes_of;
using tests::ForwardingVault;
using tests::VaultFixture;

/// Says nothing but that it does not answer.
class Silent final : public ForwardingVault {
  public:
    using ForwardingVault::ForwardingVault;
    policy::Result<storage::crypto::Bytes> seal(KeyId, Use, std::span<const std::byte>,
                                                std::span<const std::byte>) override {
        return policy::fail(Code::kUnavailable, "no answer");
    }
    policy::Result<std::vector<KeyInfo>> list() override { return policy::fail(Code::kUnavailable, "no answer"); }
    policy::Result<void> look() override { return policy::fail(Code::kUnavailable, "no answer"); }
    policy::Result<void> destroy(KeyId) override { return policy::fail(Code::kUnavailable, "no answer"); }
};

struct Two {
    VaultFixture from_fixture, to_fixture;
    std::unique_ptr<FileVault> from = from_fixture.open();
    std::unique_ptr<FileVault> to = to_fixture.open();
    KeyId old = from->create(KeyPurpose::kDay, "2027-01-05").value();
    MovingVault both{std::make_unique<ForwardingVault>(*to), std::make_unique<ForwardingVault>(*from)};
};

bool has(KeyVault& vault, KeyId id) {
    const auto keys = vault.list().value();
    return std::ranges::any_of(keys, [id](const KeyInfo& key) { return key.id == id; });
}

TEST_CASE("New keys are made in the new vault, and those of the old one go on to work") {
    Two two;
    const KeyId fresh = two.both.create(KeyPurpose::kDay, "2027-01-05").value();
    CHECK(has(*two.to, fresh));
    CHECK_FALSE(has(*two.from, fresh));
    for (int again = 0; again < 2; ++again) {
        CHECK(tests::works(two.both, fresh));
        CHECK(tests::works(two.both, two.old));
        CHECK(two.both.usable(two.old).value());
        CHECK(two.both.mac(two.old, Use::kIndex, bytes_of("x")).value() ==
              two.from->mac(two.old, Use::kIndex, bytes_of("x")).value());
    }
    CHECK(has(two.both, fresh));
    CHECK(has(two.both, two.old));
}

TEST_CASE("What is to be replaced is what the old vault holds, and nothing of an ordinary vault") {
    Two two;
    const KeyId fresh = two.both.create(KeyPurpose::kDay, "2027-01-05").value();
    const auto outgoing = two.both.outgoing().value();
    REQUIRE(outgoing.size() == 1);
    CHECK(outgoing.front().id == two.old);
    CHECK(outgoing.front().id != fresh);
    CHECK(two.from->outgoing().value().empty());
}

TEST_CASE("A key is destroyed wherever it is, and says so afterwards") {
    Two two;
    const KeyId fresh = two.both.create(KeyPurpose::kDay, "2027-01-05").value();
    REQUIRE(tests::works(two.both, two.old));
    for (const KeyId key : {fresh, two.old}) {
        REQUIRE(two.both.destroy(key).has_value());
        CHECK(two.both.seal(key, Use::kWrap, bytes_of("x"), {}).error().code == Code::kGone);
        CHECK_FALSE(has(two.both, key));
    }
}

TEST_CASE("A key of the old vault that is gone there is not taken for one of the new") {
    Two two;
    REQUIRE(tests::works(two.both, two.old));
    REQUIRE(two.from->destroy(two.old).has_value());
    CHECK(two.both.seal(two.old, Use::kWrap, bytes_of("x"), {}).error().code == Code::kGone);
    CHECK(two.both.usable(two.old).has_error());
}

TEST_CASE("Its kind names both, or the one that both are") {
    Two two;
    CHECK(two.both.kind() == "file");
}

TEST_CASE("When one of the two does not answer, nobody says that a key is not there or gone") {
    VaultFixture from_fixture, to_fixture;
    const auto from = from_fixture.open();
    const auto to = to_fixture.open();
    const KeyId old = from->create(KeyPurpose::kDay, "2027-01-05").value();
    MovingVault new_one_silent(std::make_unique<Silent>(*to), std::make_unique<ForwardingVault>(*from));
    MovingVault old_one_silent(std::make_unique<ForwardingVault>(*to), std::make_unique<Silent>(*from));
    for (auto* both : {&new_one_silent, &old_one_silent}) {
        CHECK(both->seal(old, Use::kWrap, bytes_of("x"), {}).error().code == Code::kUnavailable);
        CHECK(both->list().error().code == Code::kUnavailable);
        CHECK(both->look().error().code == Code::kUnavailable);
        CHECK(both->destroy(KeyId{}).error().code == Code::kUnavailable);
    }
    CHECK(old_one_silent.outgoing().error().code == Code::kUnavailable);
    // What the one that answers holds cannot be used any more all the same.
    const KeyId fresh = to->create(KeyPurpose::kDay, "2027-01-05").value();
    CHECK(old_one_silent.destroy(fresh).error().code == Code::kUnavailable);
    CHECK_FALSE(tests::works(*to, fresh));
    CHECK(new_one_silent.destroy(old).error().code == Code::kUnavailable);
    CHECK_FALSE(tests::works(*from, old));
}

}  // namespace
