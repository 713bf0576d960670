#include "storage/keys/recording_secret.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "storage/crypto/random.hpp"
#include "storage/keys/recording_secret_row.hpp"
#include "tests/support/forwarding_vault.hpp"
#include "tests/unit/storage/keys/vault_fixture.hpp"

namespace {

using namespace storage::keys;
using namespace std::chrono_literals;
using policy::Code;
using policy::KeyId;
using policy::RecordingId;
using storage::crypto::Bytes;
using storage::crypto::bytes_of;
using storage::crypto::InsecureSecretAccess;
using storage::crypto::Key256;
using storage::crypto::random_id;
using storage::crypto::SecretBytes;

std::shared_ptr<const EpochSeal> new_epoch(KeyVault& vault) {
    const auto key = vault.create(KeyPurpose::kEpoch, "2").value();
    return EpochSeal::open(vault, key, EpochSeal::make(vault, key).value()).value();
}

struct Fixture {
    tests::VaultFixture folders;
    std::unique_ptr<FileVault> vault = folders.open();
    KeyId day = vault->create(KeyPurpose::kDay, "2026-11-24").value();
    KeyId keep = vault->create(KeyPurpose::kKeep, "matter").value();
    KeyId epoch_key = vault->create(KeyPurpose::kEpoch, "1").value();
    Bytes secret = EpochSeal::make(*vault, epoch_key).value();
    std::shared_ptr<const EpochSeal> epoch = EpochSeal::open(*vault, epoch_key, secret).value();
    std::shared_ptr<const EpochSeal> next_epoch = new_epoch(*vault);
    SecretPlace place{random_id<RecordingId>(), 2026y / 11 / 24, day, epoch};
    Key256 data_key = Key256::random();
    std::string fields = R"({"caller":"+49301234567"})";
    Bytes sealed = seal_recording_secret(*vault, place, data_key, bytes_of(fields)).value();

    bool opens(const SecretPlace& at, const Bytes& row) {
        const auto key = open_audio_key(*vault, at, row);
        const auto text = open_recording_fields(*vault, at, row);
        REQUIRE(key.has_value() == text.has_value());
        if (!key) return false;
        REQUIRE(Key256::equal(key->data_key, data_key));
        REQUIRE(SecretBytes::equal(*text, SecretBytes::copy_of(bytes_of(fields))));
        return true;
    }
};

TEST_CASE("A recording's secret opens at its place and at no other") {
    Fixture fixture;
    REQUIRE(fixture.opens(fixture.place, fixture.sealed));
    SecretPlace other = fixture.place;
    other.recording = random_id<RecordingId>();
    REQUIRE_FALSE(fixture.opens(other, fixture.sealed));
    other = fixture.place;
    other.purge_date = 2026y / 11 / 25;
    REQUIRE_FALSE(fixture.opens(other, fixture.sealed));
    other = fixture.place;
    other.key = fixture.keep;
    REQUIRE_FALSE(fixture.opens(other, fixture.sealed));
    other = fixture.place;
    other.epoch = fixture.next_epoch;
    REQUIRE_FALSE(fixture.opens(other, fixture.sealed));
    for (std::size_t at = 0; at < fixture.sealed.size(); at += 5) {
        Bytes changed = fixture.sealed;
        changed[at] ^= std::byte{1};
        REQUIRE(open_audio_key(*fixture.vault, fixture.place, changed).error().code == Code::kCorrupt);
    }
}

TEST_CASE("A row shows neither the fields nor the key that it cites") {
    Fixture fixture;
    const std::string row = storage::crypto::text_of(fixture.sealed);
    REQUIRE(row.find("+4930") == std::string::npos);
    const auto& id = fixture.day.bytes();
    REQUIRE(row.find(std::string(id.begin(), id.end())) == std::string::npos);
}

TEST_CASE("A held recording moves to its keep key and outlives its day key") {
    Fixture fixture;
    SecretPlace held = fixture.place;
    held.key = fixture.keep;
    const Bytes moved = rewrap_recording_secret(*fixture.vault, fixture.place, held, fixture.sealed).value();
    REQUIRE(fixture.vault->destroy(fixture.day).has_value());
    REQUIRE(fixture.opens(held, moved));
    REQUIRE(open_audio_key(*fixture.vault, fixture.place, fixture.sealed).error().code == Code::kGone);
    SecretPlace stranger = held;
    stranger.recording = random_id<RecordingId>();
    REQUIRE(rewrap_recording_secret(*fixture.vault, held, stranger, moved).error().code == Code::kInvalid);
}

TEST_CASE("A row in a new epoch opens there, needs no day key to get there, and is dark with the old epoch's key") {
    Fixture fixture;
    const auto next =
        reseal_recording_secret(fixture.place.recording, *fixture.epoch, *fixture.next_epoch, fixture.sealed);
    SecretPlace there = fixture.place;
    there.epoch = fixture.next_epoch;
    REQUIRE(fixture.opens(there, next.value()));
    REQUIRE(fixture.vault->destroy(fixture.epoch_key).has_value());
    REQUIRE(fixture.opens(there, next.value()));
    // Whoever has the catalogue of that time has the secret only as the key sealed it.
    REQUIRE(EpochSeal::open(*fixture.vault, fixture.epoch_key, fixture.secret).error().code == Code::kGone);
}

TEST_CASE("A play asks the vault once, and the fields once: the epoch's seal is opened in memory") {
    class Counting final : public tests::ForwardingVault {
      public:
        using ForwardingVault::ForwardingVault;
        int opened = 0;
        policy::Result<SecretBytes> open(KeyId id, Use use, std::span<const std::byte> sealed,
                                         std::span<const std::byte> associated) override {
            ++opened;
            return inner().open(id, use, sealed, associated);
        }
    };
    Fixture fixture;
    Counting vault(*fixture.vault);
    const auto audio = open_audio_key(vault, fixture.place, fixture.sealed);
    REQUIRE(audio->log_id == log_id_of(fixture.data_key));
    REQUIRE(vault.opened == 1);
    REQUIRE(open_recording_fields(vault, fixture.place, fixture.sealed).has_value());
    REQUIRE(vault.opened == 2);
}

TEST_CASE("The name in the log follows from the data key, for ever in the same way") {
    const auto key = [](char filling) {
        return Key256::copy_of(bytes_of(std::string(Key256::kSizeInBytes, filling))).value();
    };
    REQUIRE(log_id_of(key('a')) == log_id_of(key('a')));
    REQUIRE(log_id_of(key('a')) != log_id_of(key('b')));
    REQUIRE(log_id_of(key('a')).text() == "06226ed7802c88242e01c66088e079ea");
}

TEST_CASE("What an epoch from before there were secrets sealed opens, moves on and keeps its version") {
    Fixture fixture;
    SecretPlace before = fixture.place;
    before.epoch = EpochSeal::open(*fixture.vault, fixture.epoch_key, {}).value();
    const Bytes sealed =
        seal_recording_secret(*fixture.vault, before, fixture.data_key, bytes_of(fixture.fields)).value();
    REQUIRE(fixture.opens(before, sealed));
    REQUIRE_FALSE(open_audio_key(*fixture.vault, before, sealed)->log_id.has_value());
    // A gateway of that time sealed it in an epoch that has a secret.
    REQUIRE(fixture.opens(fixture.place, sealed));
    SecretPlace there = fixture.place;
    there.epoch = fixture.next_epoch;
    const auto next = reseal_recording_secret(there.recording, *before.epoch, *there.epoch, sealed).value();
    REQUIRE(fixture.opens(there, next));
    SecretPlace held = there;
    held.key = fixture.keep;
    const auto moved = rewrap_recording_secret(*fixture.vault, there, held, next).value();
    REQUIRE(fixture.opens(held, moved));
    REQUIRE_FALSE(open_audio_key(*fixture.vault, held, moved)->log_id.has_value());
}

TEST_CASE("After its day key a recording's fields and data key are gone, whatever stays of its row") {
    Fixture fixture;
    REQUIRE(fixture.vault->destroy(fixture.day).has_value());
    REQUIRE(open_audio_key(*fixture.vault, fixture.place, fixture.sealed).error().code == Code::kGone);
    REQUIRE(open_recording_fields(*fixture.vault, fixture.place, fixture.sealed).error().code == Code::kGone);
}

TEST_CASE("Fields past their bound are refused and a row of another version is corrupt") {
    Fixture fixture;
    const Bytes fields((std::size_t{512} << 10U) + 1);
    REQUIRE(seal_recording_secret(*fixture.vault, fixture.place, fixture.data_key, fields).error().code ==
            Code::kTooLarge);
    REQUIRE(parse_secret_row(Bytes(200)).error().code == Code::kCorrupt);
    REQUIRE(parse_secret_row(Bytes(104, std::byte{1})).error().code == Code::kCorrupt);
    REQUIRE(parse_secret_row(Bytes(105, std::byte{1})).has_value());
    REQUIRE(parse_secret_row(Bytes(105, std::byte{2})).has_value());
    REQUIRE(parse_secret_row(Bytes(105, std::byte{3})).error().code == Code::kCorrupt);
}

}  // namespace
