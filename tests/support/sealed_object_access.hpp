#pragma once

#include <span>

#include "storage/crypto/opener.hpp"
#include "storage/crypto/sealer.hpp"

namespace storage::crypto {

/// Seals with a given salt and context, as the public vectors need, unseen by the run's ledger (the vectors repeat).
/// Never do this outside of tests.
struct SealerTestAccess {
    static Sealer with(const Key256& key, std::span<const std::byte> context,
                       std::span<const std::byte, kSealSaltBytes> salt) {
        NonceObserver* const ledger = nonce_observer();
        observe_nonces(nullptr);
        Sealer sealer(key, context, salt);
        observe_nonces(ledger);
        return sealer;
    }

    /// The same under the eyes of `ledger`.
    static Sealer seen_by(NonceObserver& ledger, const Key256& key, std::span<const std::byte, kSealSaltBytes> salt) {
        NonceObserver* const before = nonce_observer();
        observe_nonces(&ledger);
        Sealer sealer(key, std::span<const std::byte>(), salt);
        observe_nonces(before);
        return sealer;
    }
};

/// Opens with a given context string.
struct OpenerTestAccess {
    static policy::Result<Opener> with(const Key256& key, std::span<const std::byte> context,
                                       std::span<const std::byte> header, std::uint64_t object_size) {
        return Opener::create_with(key, context, header, object_size);
    }
};

}  // namespace storage::crypto
