#include "tests/support/nonce_ledger.hpp"

#include <cstdio>
#include <cstdlib>

namespace tests {

void NonceLedger::sealed_under(const KeyMark& key, const storage::crypto::AeadNonce& nonce) noexcept {
    const std::scoped_lock lock(mutex_);
    if (!seen_.emplace(key, nonce).second) ++repeats_;
}

std::size_t NonceLedger::seals() const {
    const std::scoped_lock lock(mutex_);
    return seen_.size();
}

std::size_t NonceLedger::repeats() const {
    const std::scoped_lock lock(mutex_);
    return repeats_;
}

NonceLedger& nonce_ledger() {
    static NonceLedger& ledger = *new NonceLedger;  // never destroyed: it sees the whole run
    return ledger;
}

namespace {

[[maybe_unused]] const bool kWatching = [] {
    storage::crypto::observe_nonces(&nonce_ledger());
    std::atexit([] {
        if (nonce_ledger().repeats() == 0) return;
        std::fputs("nonce ledger: a (key, nonce) pair was sealed under twice\n", stderr);
        std::abort();
    });
    return true;
}();

}  // namespace

}  // namespace tests
