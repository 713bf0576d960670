#include <cstddef>

#include "storage/audit/tree.hpp"
#include "storage/crypto/sha256.hpp"

namespace storage::audit {

namespace {

// One context a thread: making one costs more than hashing a leaf.
crypto::Sha256& hasher() {
    thread_local crypto::Sha256 instance;
    return instance;
}

Hash hash_of(std::byte prefix, std::span<const std::byte> a, std::span<const std::byte> b) {
    crypto::Sha256& sha = hasher();
    sha.update(std::span(&prefix, 1));
    sha.update(a);
    if (!b.empty()) sha.update(b);
    return sha.finish();
}

}  // namespace

Hash leaf_hash(std::span<const std::byte> entry) {
    return hash_of(std::byte{0}, entry, {});
}

Hash node_hash(const Hash& left, const Hash& right) {
    return hash_of(std::byte{1}, left, right);
}

Hash empty_root() {
    return crypto::sha256({});
}

}  // namespace storage::audit
