#pragma once

#include <stdexcept>
#include <string>

namespace storage::crypto {

/// OpenSSL failed where it cannot (no randomness, no memory, an algorithm that is not there): a broken invariant. A bad
/// seal or signature is no such thing: that is a Result.
class CryptoFailure : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// Throws CryptoFailure with `what` and the reasons in OpenSSL's queue of this thread, which is empty afterwards.
[[noreturn]] void throw_openssl_error(const char* what);

/// Throws unless OpenSSL said 1.
inline void must(int outcome, const char* what) {
    if (outcome != 1) throw_openssl_error(what);
}

/// Throws when OpenSSL gave nothing, else gives it on.
template <class T>
T* must(T* object, const char* what) {
    if (object == nullptr) throw_openssl_error(what);
    return object;
}

/// Empties OpenSSL's queue of this thread, after a failure that was expected (a seal that does not fit).
void forget_openssl_errors() noexcept;

}  // namespace storage::crypto
