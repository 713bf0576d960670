#include "storage/keys/epoch_seal.hpp"

#include <cstdint>
#include <utility>

#include "storage/crypto/aead.hpp"
#include "storage/crypto/length_prefixed.hpp"

namespace storage::keys {

using crypto::Bytes;
using crypto::Key256;
using crypto::SecretBytes;
using policy::Code;
using policy::KeyId;
using policy::Result;

namespace {

constexpr std::uint8_t kSecretVersion = 1;

Bytes bound_to(KeyId id) {
    crypto::LengthPrefixed fields;
    fields.add("callvault epoch secret").add_number(kSecretVersion).add(id.bytes());
    return std::move(fields).take();
}

}  // namespace

EpochSeal::EpochSeal(KeyVault& vault, KeyId id, std::optional<Key256> secret)
    : vault_(vault), id_(id), secret_(std::move(secret)) {}

Result<Bytes> EpochSeal::make(KeyVault& vault, KeyId id) {
    const auto secret = Key256::random();
    return vault.seal(id, Use::kField, secret.reveal(crypto::InsecureSecretAccess{}), bound_to(id));
}

Result<std::shared_ptr<const EpochSeal>> EpochSeal::open(KeyVault& vault, KeyId id, std::span<const std::byte> sealed) {
    std::optional<Key256> secret;
    if (!sealed.empty()) {
        auto opened = vault.open(id, Use::kField, sealed, bound_to(id));
        if (!opened) return opened.error();
        auto key = Key256::from(std::move(*opened));
        if (!key) return policy::fail(Code::kCorrupt, "an epoch's secret is not a key");
        secret.emplace(std::move(*key));
    }
    return std::shared_ptr<const EpochSeal>(new EpochSeal(vault, id, std::move(secret)));
}

Result<Bytes> EpochSeal::seal(std::span<const std::byte> plain, std::span<const std::byte> associated) const {
    if (!secret_) return vault_.seal(id_, Use::kField, plain, associated);
    return crypto::aead_seal(*secret_, plain, associated);
}

Result<SecretBytes> EpochSeal::open(std::span<const std::byte> sealed, std::span<const std::byte> associated) const {
    if (!secret_) return vault_.open(id_, Use::kField, sealed, associated);
    auto opened = crypto::aead_open(*secret_, sealed, associated);
    if (opened.has_value() || opened.error().code != Code::kCorrupt) return opened;
    auto by_vault = vault_.open(id_, Use::kField, sealed, associated);
    // The epoch lives as long as its secret is known, so what the vault lacks now does not make a broken row less so.
    const bool lacks =
        by_vault.has_error() && (by_vault.error().code == Code::kNotFound || by_vault.error().code == Code::kGone);
    return lacks ? std::move(opened) : std::move(by_vault);
}

}  // namespace storage::keys
