#include "storage/crypto/random.hpp"

#include <openssl/rand.h>

#include <climits>
#include <stdexcept>

#include "storage/crypto/openssl_bytes.hpp"
#include "storage/crypto/openssl_error.hpp"

namespace storage::crypto {

void fill_random(std::span<std::byte> out) {
    if (out.size() > INT_MAX) throw std::length_error("more than 2 GiB of randomness at once");
    if (out.empty()) return;
    must(RAND_bytes(raw(out.data()), static_cast<int>(out.size())), "random bytes");
}

}  // namespace storage::crypto
