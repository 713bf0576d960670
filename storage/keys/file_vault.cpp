#include "storage/keys/file_vault.hpp"

#include <set>
#include <string>
#include <utility>

#include "storage/async/crash_point.hpp"
#include "storage/crypto/aead.hpp"
#include "storage/crypto/hmac.hpp"
#include "storage/crypto/random.hpp"
#include "storage/keys/file_vault_state.hpp"
#include "storage/keys/vault_limits.hpp"

namespace storage::keys {

using crypto::Bytes;
using crypto::Digest256;
using crypto::Key256;
using crypto::PublicKey;
using crypto::SecretBytes;
using crypto::Signature;
using policy::Code;
using policy::fail;
using policy::KeyId;
using policy::Result;

namespace {

Result<const Key256*> sub_key(const KeySet& set, Use use, bool for_mac) {
    const Key256* const key = set.sub_key(use);
    if (key == nullptr || (use == Use::kIndex) != for_mac) return not_permitted(set.info().purpose, name_of(use));
    return key;
}

}  // namespace

FileVault::FileVault(std::unique_ptr<State> state) : state_(std::move(state)) {}

FileVault::~FileVault() = default;

Result<KeyId> FileVault::create(KeyPurpose purpose, std::string_view label) {
    if (const auto good = check_label(label); !good) return good.error();
    const auto change = state_->begin_change();
    if (!change) return change.error();
    const auto marker = state_->marker();
    if (!marker) return marker.error();
    const auto root = state_->root(marker->target());
    if (!root) return root.error();
    const KeyInfo info{crypto::random_id<KeyId>(), purpose, std::string(label), true};
    const Bytes file = write_key_file(info, **root, Key256::random());
    if (const auto added = state_->own().add_key(info.id, file); !added) return added.error();
    CALLVAULT_CRASH_POINT("vault.key_durable");
    if (const auto copied = state_->complete_copies(info.id); !copied) return copied.error();
    return info.id;
}

Result<Bytes> FileVault::seal(KeyId id, Use use, std::span<const std::byte> plain,
                              std::span<const std::byte> associated) {
    for (const auto bytes : {plain, associated}) {
        if (const auto fits = check_size(bytes); !fits) return fits.error();
    }
    const auto set = state_->key_set(id);
    if (!set) return set.error();
    const auto key = sub_key(**set, use, false);
    if (!key) return key.error();
    return crypto::aead_seal(**key, plain, associated);
}

Result<SecretBytes> FileVault::open(KeyId id, Use use, std::span<const std::byte> sealed,
                                    std::span<const std::byte> associated) {
    const auto set = state_->key_set(id);
    if (!set) return set.error();
    const auto key = sub_key(**set, use, false);
    if (!key) return key.error();
    return crypto::aead_open(**key, sealed, associated);
}

Result<Digest256> FileVault::mac(KeyId id, Use use, std::span<const std::byte> message) {
    if (const auto fits = check_size(message); !fits) return fits.error();
    const auto set = state_->key_set(id);
    if (!set) return set.error();
    const auto key = sub_key(**set, use, true);
    if (!key) return key.error();
    return crypto::hmac_sha256(**key, message);
}

Result<Signature> FileVault::sign(KeyId id, std::span<const std::byte> message) {
    if (const auto fits = check_size(message); !fits) return fits.error();
    const auto set = state_->key_set(id);
    if (!set) return set.error();
    const auto* const key = (*set)->signing_key();
    if (key == nullptr) return not_permitted((*set)->info().purpose, "signing");
    return key->sign(message);
}

Result<PublicKey> FileVault::public_key(KeyId id) {
    const auto set = state_->key_set(id);
    if (!set) return set.error();
    const auto* const key = (*set)->signing_key();
    if (key == nullptr) return not_permitted((*set)->info().purpose, "signing");
    return key->public_key();
}

Result<void> FileVault::destroy(KeyId id) {
    const auto change = state_->begin_change();
    if (!change) return change.error();
    bool known = state_->destroyed_anywhere(id);
    for (const VaultFolder& folder : state_->folders()) {
        const auto mark = folder.key_mark(id);
        known = known || !mark || mark->has_value();
    }
    if (!known) return {};
    return state_->destroy_everywhere(id);
}

Result<std::vector<KeyInfo>> FileVault::list() {
    const auto ids = state_->own().list_keys();
    if (!ids) return ids.error();
    std::vector<KeyInfo> keys;
    for (const KeyId id : *ids) {
        if (state_->destroyed_anywhere(id)) continue;
        auto file = state_->open_file(state_->own(), id);
        if (!file && file.error().code == Code::kNotFound) continue;  // destroyed while we listed
        if (!file && state_->destroyed_anywhere(id)) continue;
        if (!file) return file.error();
        file->header.info.usable = state_->every_copy_holds(id);
        keys.push_back(std::move(file->header.info));
    }
    return keys;
}

Result<bool> FileVault::usable(KeyId id) {
    const auto mark = state_->own().key_mark(id);
    if (!mark) return mark.error();
    if (!mark->has_value()) return fail(Code::kNotFound, "the vault holds no key " + id.text());
    return state_->every_copy_holds(id);
}

Result<void> FileVault::look() {
    const auto marker = state_->marker();
    if (!marker) return marker.error();
    return {};
}

Result<std::vector<KeyId>> FileVault::missing_from_vault() {
    std::set<KeyId> missing;
    for (VaultFolder& copy : state_->copies()) {
        const auto ids = copy.list_keys();
        if (!ids) return ids.error();
        for (const KeyId id : *ids) {
            const auto mark = state_->own().key_mark(id);
            if (!mark) return mark.error();
            if (!mark->has_value() && !state_->destroyed_anywhere(id)) missing.insert(id);
        }
    }
    return std::vector<KeyId>(missing.begin(), missing.end());
}

}  // namespace storage::keys
