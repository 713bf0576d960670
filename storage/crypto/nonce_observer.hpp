#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "storage/crypto/aead.hpp"
#include "storage/crypto/secret.hpp"

namespace storage::crypto {

/// Told of every (key, nonce) that something is sealed under. For tests only, which prove with it that none repeats
/// over a whole run (tests/support/nonce_ledger.hpp); without one, sealing pays one test of a pointer a chunk.
class NonceObserver {
  public:
    using KeyMark = std::array<std::byte, 32>;  ///< SHA-256 over a label and the key: names it, does not give it.
    virtual ~NonceObserver() = default;
    /// Thread safety: called from any thread. Must not seal anything itself.
    virtual void sealed_under(const KeyMark& key, const AeadNonce& nonce) noexcept = 0;
};

/// Sets the process's observer; nullptr takes it away. It must outlive every Sealer made while it was set.
void observe_nonces(NonceObserver* observer) noexcept;
NonceObserver* nonce_observer() noexcept;
NonceObserver::KeyMark key_mark(const Key256& key);

}  // namespace storage::crypto
