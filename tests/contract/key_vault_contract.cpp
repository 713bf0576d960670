#include "tests/contract/key_vault_contract.hpp"

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "storage/crypto/random.hpp"

namespace tests {

using namespace storage::keys;
using policy::Code;
using policy::KeyId;
using storage::crypto::Bytes;
using storage::crypto::bytes_of;
using storage::crypto::InsecureSecretAccess;
using storage::crypto::SecretBytes;

namespace {

constexpr std::array kUses{Use::kWrap, Use::kField, Use::kIndex};

std::string text_of(const SecretBytes& bytes) {
    return storage::crypto::text_of(bytes.reveal(InsecureSecretAccess{}));
}

bool gone(Code code) {
    return code == Code::kGone || code == Code::kNotFound;
}

bool listed(KeyVault& vault, KeyId id) {
    const auto keys = vault.list().value();
    return std::ranges::any_of(keys, [&](const KeyInfo& key) { return key.id == id; });
}

}  // namespace

void a_sealed_message_opens_with_its_key_use_and_associated_data_only(const KeyVaultKind& kind) {
    const auto vault = kind.open();
    const KeyId key = vault->create(KeyPurpose::kDay, "2026-11-24").value();
    const KeyId other = vault->create(KeyPurpose::kDay, "2026-11-24").value();
    REQUIRE(key != other);
    for (const Use use : {Use::kWrap, Use::kField}) {
        const Bytes sealed = vault->seal(key, use, bytes_of("secret"), bytes_of("row 1")).value();
        REQUIRE(sealed.size() == 12 + 6 + 16);
        REQUIRE(vault->seal(key, use, bytes_of("secret"), bytes_of("row 1")).value() != sealed);
        REQUIRE(text_of(vault->open(key, use, sealed, bytes_of("row 1")).value()) == "secret");
        REQUIRE(vault->open(key, use, sealed, bytes_of("row 2")).error().code == Code::kCorrupt);
        REQUIRE(vault->open(other, use, sealed, bytes_of("row 1")).error().code == Code::kCorrupt);
        const Use another = use == Use::kWrap ? Use::kField : Use::kWrap;
        REQUIRE(vault->open(key, another, sealed, bytes_of("row 1")).error().code == Code::kCorrupt);
        Bytes changed = sealed;
        changed.back() ^= std::byte{1};
        REQUIRE(vault->open(key, use, changed, bytes_of("row 1")).error().code == Code::kCorrupt);
        REQUIRE(vault->open(key, use, std::span(sealed).first(27), bytes_of("row 1")).error().code == Code::kCorrupt);
        REQUIRE(vault->open(key, use, {}, bytes_of("row 1")).error().code == Code::kCorrupt);
    }
    const Bytes empty = vault->seal(key, Use::kField, {}, {}).value();
    REQUIRE(vault->open(key, Use::kField, empty, {}).value().empty());
}

void keys_outlive_a_restart(const KeyVaultKind& kind) {
    auto vault = kind.open();
    const KeyId day = vault->create(KeyPurpose::kDay, "2026-11-24").value();
    const KeyId sign = vault->create(KeyPurpose::kCheckpoint, "log").value();
    const Bytes sealed = vault->seal(day, Use::kWrap, bytes_of("data key"), {}).value();
    const auto token = vault->mac(day, Use::kIndex, bytes_of("+49301234567")).value();
    const auto public_key = vault->public_key(sign).value();
    vault.reset();
    vault = kind.open();
    REQUIRE(text_of(vault->open(day, Use::kWrap, sealed, {}).value()) == "data key");
    REQUIRE(vault->mac(day, Use::kIndex, bytes_of("+49301234567")).value() == token);
    REQUIRE(vault->public_key(sign).value() == public_key);
}

void a_purpose_permits_its_uses_and_no_other(const KeyVaultKind& kind) {
    const auto vault = kind.open();
    for (const KeyPurpose purpose : kKeyPurposes) {
        const KeyId key = vault->create(purpose, name_of(purpose)).value();
        for (const Use use : kUses) {
            INFO(name_of(purpose) << " for " << name_of(use));
            const bool sealing = permits(purpose, use) && use != Use::kIndex;
            const auto sealed = vault->seal(key, use, bytes_of("x"), {});
            REQUIRE(sealed.has_value() == sealing);
            if (!sealing) REQUIRE(sealed.error().code == Code::kInvalid);
            if (!sealing) REQUIRE(vault->open(key, use, Bytes(40), {}).error().code == Code::kInvalid);
            const bool hashing = permits(purpose, use) && use == Use::kIndex;
            const auto mac = vault->mac(key, use, bytes_of("x"));
            REQUIRE(mac.has_value() == hashing);
            if (!hashing) REQUIRE(mac.error().code == Code::kInvalid);
        }
        REQUIRE(vault->sign(key, bytes_of("x")).has_value() == permits_signing(purpose));
        REQUIRE(vault->public_key(key).has_value() == permits_signing(purpose));
    }
}

void macs_repeat_under_one_key_and_differ_under_others(const KeyVaultKind& kind) {
    const auto vault = kind.open();
    const KeyId first = vault->create(KeyPurpose::kDay, "2026-11-24").value();
    const KeyId second = vault->create(KeyPurpose::kDay, "2026-11-25").value();
    const auto mac = vault->mac(first, Use::kIndex, bytes_of("a")).value();
    REQUIRE(vault->mac(first, Use::kIndex, bytes_of("a")).value() == mac);
    REQUIRE(vault->mac(first, Use::kIndex, bytes_of("b")).value() != mac);
    REQUIRE(vault->mac(first, Use::kIndex, {}).value() != mac);
    REQUIRE(vault->mac(second, Use::kIndex, bytes_of("a")).value() != mac);
}

void signatures_verify_with_the_public_key(const KeyVaultKind& kind) {
    const auto vault = kind.open();
    const KeyId key = vault->create(KeyPurpose::kCheckpoint, "log").value();
    const KeyId other = vault->create(KeyPurpose::kCheckpoint, "log").value();
    const auto signature = vault->sign(key, bytes_of("root")).value();
    REQUIRE(storage::crypto::verify(vault->public_key(key).value(), bytes_of("root"), signature));
    REQUIRE_FALSE(storage::crypto::verify(vault->public_key(key).value(), bytes_of("roof"), signature));
    REQUIRE_FALSE(storage::crypto::verify(vault->public_key(other).value(), bytes_of("root"), signature));
}

void a_destroyed_key_opens_nothing_and_never_comes_back(const KeyVaultKind& kind) {
    auto vault = kind.open();
    const KeyId day = vault->create(KeyPurpose::kDay, "2026-11-24").value();
    const KeyId kept = vault->create(KeyPurpose::kDay, "2026-11-24").value();
    const KeyId sign = vault->create(KeyPurpose::kReceipt, "receipts").value();
    const Bytes sealed = vault->seal(day, Use::kWrap, bytes_of("data key"), {}).value();
    REQUIRE(vault->destroy(day).has_value());
    REQUIRE(vault->destroy(sign).has_value());
    for (int restart = 0; restart < 2; ++restart) {
        REQUIRE(gone(vault->open(day, Use::kWrap, sealed, {}).error().code));
        REQUIRE(gone(vault->seal(day, Use::kField, bytes_of("x"), {}).error().code));
        REQUIRE(gone(vault->mac(day, Use::kIndex, bytes_of("x")).error().code));
        REQUIRE(gone(vault->sign(sign, bytes_of("x")).error().code));
        REQUIRE(gone(vault->public_key(sign).error().code));
        REQUIRE_FALSE(listed(*vault, day));
        REQUIRE(vault->seal(kept, Use::kWrap, bytes_of("x"), {}).has_value());
        vault.reset();
        vault = kind.open();
    }
    const KeyId again = vault->create(KeyPurpose::kDay, "2026-11-24").value();
    REQUIRE(again != day);
    REQUIRE(vault->open(again, Use::kWrap, sealed, {}).error().code == Code::kCorrupt);
}

void destroying_twice_or_what_is_not_there_is_success(const KeyVaultKind& kind) {
    const auto vault = kind.open();
    const KeyId key = vault->create(KeyPurpose::kKeep, "matter").value();
    REQUIRE(vault->destroy(key).has_value());
    REQUIRE(vault->destroy(key).has_value());
    REQUIRE(vault->destroy(storage::crypto::random_id<KeyId>()).has_value());
}

void an_unknown_key_is_not_found(const KeyVaultKind& kind) {
    const auto vault = kind.open();
    const auto unknown = storage::crypto::random_id<KeyId>();
    REQUIRE(vault->seal(unknown, Use::kWrap, bytes_of("x"), {}).error().code == Code::kNotFound);
    REQUIRE(vault->open(unknown, Use::kWrap, Bytes(40), {}).error().code == Code::kNotFound);
    REQUIRE(vault->mac(unknown, Use::kIndex, {}).error().code == Code::kNotFound);
    REQUIRE(vault->sign(unknown, {}).error().code == Code::kNotFound);
    REQUIRE(vault->public_key(unknown).error().code == Code::kNotFound);
}

void the_list_names_what_is_there(const KeyVaultKind& kind) {
    const auto vault = kind.open();
    REQUIRE(vault->list().value().empty());
    const KeyId day = vault->create(KeyPurpose::kDay, "2026-11-24").value();
    const KeyId epoch = vault->create(KeyPurpose::kEpoch, "").value();
    auto keys = vault->list().value();
    REQUIRE(keys.size() == 2);
    if (keys[0].id != day) std::swap(keys[0], keys[1]);
    REQUIRE(keys[0].id == day);
    REQUIRE(keys[0].purpose == KeyPurpose::kDay);
    REQUIRE(keys[0].label == "2026-11-24");
    REQUIRE(keys[0].usable);
    REQUIRE(keys[1].id == epoch);
    REQUIRE(keys[1].label.empty());
}

void labels_and_messages_have_bounds(const KeyVaultKind& kind) {
    const auto vault = kind.open();
    REQUIRE(vault->create(KeyPurpose::kKeep, std::string(kMaxLabelBytes + 1, 'x')).error().code == Code::kInvalid);
    REQUIRE(vault->create(KeyPurpose::kKeep, "two\nlines").error().code == Code::kInvalid);
    const KeyId key = vault->create(KeyPurpose::kKeep, std::string(kMaxLabelBytes, 'x')).value();
    const Bytes largest(kMaxVaultMessageBytes);
    const Bytes sealed = vault->seal(key, Use::kField, largest, {}).value();
    REQUIRE(vault->open(key, Use::kField, sealed, {}).value().size() == largest.size());
    REQUIRE(vault->seal(key, Use::kField, Bytes(largest.size() + 1), {}).error().code == Code::kTooLarge);
    REQUIRE(vault->mac(key, Use::kIndex, Bytes(largest.size() + 1)).error().code == Code::kTooLarge);
}

void threads_create_use_and_destroy_at_once(const KeyVaultKind& kind) {
    const auto vault = kind.open();
    const KeyId shared = vault->create(KeyPurpose::kDay, "2026-11-24").value();
    const KeyId doomed = vault->create(KeyPurpose::kDay, "2026-11-25").value();
    std::atomic<int> wrong{0};
    std::vector<std::thread> threads;
    for (int number = 0; number < 4; ++number) {
        threads.emplace_back([&, number] {
            for (int round = 0; round < 15; ++round) {
                const auto own = vault->create(KeyPurpose::kDay, "2026-11-26");
                for (const KeyId id : {shared, own.value()}) {
                    const auto sealed = vault->seal(id, Use::kWrap, bytes_of("x"), {});
                    if (!sealed || !vault->open(id, Use::kWrap, *sealed, {})) ++wrong;
                }
                const auto sealed = vault->seal(doomed, Use::kWrap, bytes_of("x"), {});
                if (!sealed && !gone(sealed.error().code)) ++wrong;
                if (number == 0 && round == 7 && !vault->destroy(doomed)) ++wrong;
                if (number == 0 && round >= 7 && vault->seal(doomed, Use::kWrap, bytes_of("x"), {})) ++wrong;
                if (!vault->destroy(own.value()) || vault->seal(own.value(), Use::kWrap, bytes_of("x"), {})) ++wrong;
            }
        });
    }
    for (auto& thread : threads) thread.join();
    REQUIRE(wrong == 0);
    REQUIRE(vault->list().value().size() == 1);
}

}  // namespace tests
