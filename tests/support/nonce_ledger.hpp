#pragma once

#include <cstddef>
#include <mutex>
#include <set>
#include <utility>

#include "storage/crypto/nonce_observer.hpp"

namespace tests {

/// Remembers every (key, nonce) that something was sealed under.
class NonceLedger : public storage::crypto::NonceObserver {
  public:
    void sealed_under(const KeyMark& key, const storage::crypto::AeadNonce& nonce) noexcept override;
    std::size_t seals() const;
    std::size_t repeats() const;

  private:
    mutable std::mutex mutex_;
    std::set<std::pair<KeyMark, storage::crypto::AeadNonce>> seen_;
    std::size_t repeats_ = 0;
};

/// The ledger of this program's whole run, set before main by nonce_ledger.cpp (target nonce_ledger, linked into a test
/// program). At exit it aborts the program if any pair repeated, whatever the test cases found.
NonceLedger& nonce_ledger();

}  // namespace tests
