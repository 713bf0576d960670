#include "storage/crypto/sha512.hpp"

#include "storage/crypto/openssl_algorithms.hpp"
#include "storage/crypto/openssl_bytes.hpp"
#include "storage/crypto/openssl_error.hpp"

namespace storage::crypto {

Sha512::Sha512() : context_(must(EVP_MD_CTX_new(), "digest context")) {
    must(EVP_DigestInit_ex2(context_.get(), sha_512(), nullptr), "begin SHA-512");
}

void Sha512::update(std::span<const std::byte> bytes) {
    if (!bytes.empty()) must(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()), "SHA-512");
}

Digest512 Sha512::finish() {
    Digest512 digest{};
    must(EVP_DigestFinal_ex(context_.get(), raw(digest.data()), nullptr), "end SHA-512");
    return digest;
}

}  // namespace storage::crypto
