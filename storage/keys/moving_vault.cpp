#include "storage/keys/moving_vault.hpp"

#include <iterator>
#include <mutex>
#include <utility>

namespace storage::keys {

using policy::Code;
using policy::KeyId;
using policy::Result;

namespace {

bool is_elsewhere(Code code) {
    return code == Code::kNotFound;
}

/// What both answer, in one list.
template <class T>
Result<std::vector<T>> joined(Result<std::vector<T>> first, Result<std::vector<T>> second) {
    if (first.has_error()) return first;
    if (second.has_error()) return second;
    first->insert(first->end(), std::make_move_iterator(second->begin()), std::make_move_iterator(second->end()));
    return first;
}

}  // namespace

MovingVault::MovingVault(std::unique_ptr<KeyVault> to, std::unique_ptr<KeyVault> from)
    : to_(std::move(to)), from_(std::move(from)), kind_(to_->kind()) {
    if (from_->kind() != to_->kind()) kind_ += "-and-" + std::string(from_->kind());
}

bool MovingVault::known_in_from(KeyId id) const {
    const std::shared_lock lock(mutex_);
    return in_from_.contains(id);
}

template <class Act>
auto MovingVault::where_it_is(KeyId id, const Act& act) {
    const bool old = known_in_from(id);
    auto first = act(old ? *from_ : *to_);
    if (first.has_value() || !is_elsewhere(first.error().code)) return first;
    auto second = act(old ? *to_ : *from_);
    if (!old && second.has_value()) {
        const std::unique_lock lock(mutex_);
        in_from_.insert(id);
    }
    return second;
}

Result<KeyId> MovingVault::create(KeyPurpose purpose, std::string_view label) {
    return to_->create(purpose, label);
}

Result<crypto::Bytes> MovingVault::seal(KeyId id, Use use, std::span<const std::byte> plain,
                                        std::span<const std::byte> associated) {
    return where_it_is(id, [&](KeyVault& vault) { return vault.seal(id, use, plain, associated); });
}

Result<crypto::SecretBytes> MovingVault::open(KeyId id, Use use, std::span<const std::byte> sealed,
                                              std::span<const std::byte> associated) {
    return where_it_is(id, [&](KeyVault& vault) { return vault.open(id, use, sealed, associated); });
}

Result<crypto::Digest256> MovingVault::mac(KeyId id, Use use, std::span<const std::byte> message) {
    return where_it_is(id, [&](KeyVault& vault) { return vault.mac(id, use, message); });
}

Result<crypto::Signature> MovingVault::sign(KeyId id, std::span<const std::byte> message) {
    return where_it_is(id, [&](KeyVault& vault) { return vault.sign(id, message); });
}

Result<crypto::PublicKey> MovingVault::public_key(KeyId id) {
    return where_it_is(id, [&](KeyVault& vault) { return vault.public_key(id); });
}

Result<bool> MovingVault::usable(KeyId id) {
    return where_it_is(id, [&](KeyVault& vault) { return vault.usable(id); });
}

/// In both, whatever one of them says: where it is, it cannot be used from now on.
Result<void> MovingVault::destroy(KeyId id) {
    const auto in_new = to_->destroy(id);
    const auto in_old = from_->destroy(id);
    return in_new.has_error() ? in_new : in_old;
}

Result<std::vector<KeyInfo>> MovingVault::list() {
    return joined(to_->list(), from_->list());
}

Result<std::vector<KeyId>> MovingVault::missing_from_vault() {
    return joined(to_->missing_from_vault(), from_->missing_from_vault());
}

Result<void> MovingVault::look() {
    auto there = to_->look();
    if (there.has_error()) return there;
    return from_->look();
}

Result<std::vector<KeyInfo>> MovingVault::outgoing() {
    return from_->list();
}

}  // namespace storage::keys
