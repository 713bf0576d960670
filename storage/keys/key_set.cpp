#include "storage/keys/key_set.hpp"

#include <string_view>

#include "storage/crypto/hkdf.hpp"
#include "storage/crypto/length_prefixed.hpp"

namespace storage::keys {

namespace {

crypto::Key256 derive(const KeyInfo& info, const crypto::Key256& seed, std::string_view use) {
    crypto::LengthPrefixed label;
    label.add("callvault key set").add(name_of(info.purpose)).add(use).add(info.id.bytes());
    return crypto::derive_key(seed, label.bytes());
}

std::optional<crypto::Key256> derive(const KeyInfo& info, const crypto::Key256& seed, Use use) {
    if (!permits(info.purpose, use)) return std::nullopt;
    return derive(info, seed, name_of(use));
}

}  // namespace

KeySet::KeySet(const KeyInfo& info, const crypto::Key256& seed)
    : info_(info),
      wrap_(derive(info, seed, Use::kWrap)),
      field_(derive(info, seed, Use::kField)),
      index_(derive(info, seed, Use::kIndex)) {
    if (permits_signing(info.purpose)) signing_.emplace(derive(info, seed, "sign"));
}

const crypto::Key256* KeySet::sub_key(Use use) const noexcept {
    const auto& key = use == Use::kWrap ? wrap_ : use == Use::kField ? field_ : index_;
    return key ? &*key : nullptr;
}

}  // namespace storage::keys
