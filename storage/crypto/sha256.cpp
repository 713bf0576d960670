#include "storage/crypto/sha256.hpp"

#include "storage/crypto/openssl_algorithms.hpp"
#include "storage/crypto/openssl_bytes.hpp"
#include "storage/crypto/openssl_error.hpp"

namespace storage::crypto {

namespace {

Digest256 digest_of(EVP_MD_CTX* context) {
    Digest256 digest{};
    must(EVP_DigestFinal_ex(context, raw(digest.data()), nullptr), "end SHA-256");
    return digest;
}

}  // namespace

Sha256::Sha256() : context_(must(EVP_MD_CTX_new(), "digest context")) {
    must(EVP_DigestInit_ex2(context_.get(), sha_256(), nullptr), "begin SHA-256");
}

void Sha256::update(std::span<const std::byte> bytes) {
    if (!bytes.empty()) must(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()), "SHA-256");
}

Digest256 Sha256::finish() {
    const Digest256 digest = digest_of(context_.get());
    must(EVP_DigestInit_ex2(context_.get(), nullptr, nullptr), "begin SHA-256 anew");
    return digest;
}

Digest256 sha256(std::span<const std::byte> bytes) {
    Sha256 hash;
    hash.update(bytes);
    return hash.finish();
}

}  // namespace storage::crypto
