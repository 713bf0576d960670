#include "storage/keys/epoch_seal.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "tests/support/forwarding_vault.hpp"
#include "tests/unit/storage/keys/vault_fixture.hpp"

namespace {

using namespace storage::keys;
using policy::Code;
using policy::KeyId;
using policy::Result;
using storage::crypto::Bytes;
using storage::crypto::bytes_of;
using storage::crypto::InsecureSecretAccess;
using storage::crypto::SecretBytes;

/// A vault that does nothing once it is unplugged.
class Unpluggable final : public tests::ForwardingVault {
  public:
    using ForwardingVault::ForwardingVault;
    bool plugged = true;
    Result<Bytes> seal(KeyId id, Use use, std::span<const std::byte> plain,
                       std::span<const std::byte> associated) override {
        if (!plugged) return policy::fail(Code::kUnavailable, "unplugged");
        return inner().seal(id, use, plain, associated);
    }
    Result<SecretBytes> open(KeyId id, Use use, std::span<const std::byte> sealed,
                             std::span<const std::byte> associated) override {
        if (!plugged) return policy::fail(Code::kUnavailable, "unplugged");
        return inner().open(id, use, sealed, associated);
    }
};

struct EpochFixture {
    tests::VaultFixture folders;
    std::unique_ptr<FileVault> files = folders.open();
    Unpluggable vault{*files};
    KeyId key = vault.create(KeyPurpose::kEpoch, "1").value();
    Bytes secret = EpochSeal::make(vault, key).value();
    std::shared_ptr<const EpochSeal> seal = EpochSeal::open(vault, key, secret).value();

    std::string opened(const EpochSeal& with, const Bytes& sealed, std::string_view bound_to) const {
        const auto plain = with.open(sealed, bytes_of(bound_to));
        return plain ? storage::crypto::text_of(plain->reveal(InsecureSecretAccess{}))
                     : std::string(policy::name_of(plain.error().code));
    }
};

TEST_CASE("An epoch that is open seals and opens without the vault") {
    EpochFixture epoch;
    epoch.vault.plugged = false;
    const auto sealed = epoch.seal->seal(bytes_of("row"), bytes_of("place")).value();
    CHECK(epoch.opened(*epoch.seal, sealed, "place") == "row");
    CHECK(epoch.seal->seal(bytes_of("row"), bytes_of("place")).value() != sealed);
}

TEST_CASE("A row opens in its own epoch, at its own place and unchanged") {
    EpochFixture epoch;
    const auto sealed = epoch.seal->seal(bytes_of("row"), bytes_of("place")).value();
    CHECK(epoch.seal->open(sealed, bytes_of("elsewhere")).error().code == Code::kCorrupt);
    for (std::size_t at = 0; at < sealed.size(); ++at) {
        auto changed = sealed;
        changed[at] ^= std::byte{1};
        CHECK(epoch.seal->open(changed, bytes_of("place")).error().code == Code::kCorrupt);
    }
    const auto other = EpochSeal::open(epoch.vault, epoch.key, EpochSeal::make(epoch.vault, epoch.key).value()).value();
    CHECK(other->open(sealed, bytes_of("place")).error().code == Code::kCorrupt);
}

TEST_CASE("A secret opens with its own key alone, and not at all once that is destroyed") {
    EpochFixture epoch;
    const auto other = epoch.vault.create(KeyPurpose::kEpoch, "2").value();
    CHECK(EpochSeal::open(epoch.vault, other, epoch.secret).error().code == Code::kCorrupt);
    REQUIRE(epoch.vault.destroy(epoch.key).has_value());
    CHECK(EpochSeal::open(epoch.vault, epoch.key, epoch.secret).error().code == Code::kGone);
    // What is broken stays so when the vault has nothing to say to it any more.
    CHECK(epoch.seal->open(Bytes(40), bytes_of("place")).error().code == Code::kCorrupt);
}

TEST_CASE("An epoch from before there were secrets asks the vault each time") {
    EpochFixture epoch;
    const auto before = EpochSeal::open(epoch.vault, epoch.key, {}).value();
    const auto sealed = before->seal(bytes_of("row"), bytes_of("place")).value();
    CHECK(epoch.files->open(epoch.key, Use::kField, sealed, bytes_of("place")).has_value());
    // An older gateway sealed it in an epoch that has a secret by now: nothing is lost.
    CHECK(epoch.opened(*epoch.seal, sealed, "place") == "row");
    epoch.vault.plugged = false;
    CHECK(before->open(sealed, bytes_of("place")).error().code == Code::kUnavailable);
    CHECK(epoch.seal->open(sealed, bytes_of("place")).error().code == Code::kUnavailable);
}

}  // namespace
