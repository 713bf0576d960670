#include "storage/crypto/md5.hpp"

#include <openssl/evp.h>

#include "storage/crypto/openssl_algorithms.hpp"
#include "storage/crypto/openssl_bytes.hpp"
#include "storage/crypto/openssl_error.hpp"

namespace storage::crypto {

std::array<std::byte, 16> md5(std::span<const std::byte> bytes) {
    std::array<std::byte, 16> digest{};
    must(EVP_Digest(bytes.data(), bytes.size(), raw(digest.data()), nullptr, md_5(), nullptr), "MD5");
    return digest;
}

}  // namespace storage::crypto
