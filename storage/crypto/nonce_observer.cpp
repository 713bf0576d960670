#include "storage/crypto/nonce_observer.hpp"

#include <atomic>

#include "storage/crypto/bytes.hpp"
#include "storage/crypto/sha256.hpp"

namespace storage::crypto {

namespace {

std::atomic<NonceObserver*> the_observer{nullptr};

}  // namespace

void observe_nonces(NonceObserver* observer) noexcept {
    the_observer.store(observer, std::memory_order_release);
}

NonceObserver* nonce_observer() noexcept {
    return the_observer.load(std::memory_order_acquire);
}

NonceObserver::KeyMark key_mark(const Key256& key) {
    Sha256 hash;
    hash.update(bytes_of("callvault nonce ledger"));
    hash.update(key.reveal(InsecureSecretAccess{}));
    return hash.finish();
}

}  // namespace storage::crypto
