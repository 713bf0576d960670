#include "storage/crypto/openssl_algorithms.hpp"

#include "storage/crypto/openssl_error.hpp"
#include "storage/crypto/openssl_handles.hpp"

namespace storage::crypto {

const EVP_CIPHER* aes_256_gcm() {
    static const CipherAlgorithm kFetched(must(EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr), "fetch AES-256-GCM"));
    return kFetched.get();
}

const EVP_MD* md_5() {
    static const DigestAlgorithm kFetched(must(EVP_MD_fetch(nullptr, "MD5", nullptr), "fetch MD5"));
    return kFetched.get();
}

const EVP_MD* sha_256() {
    static const DigestAlgorithm kFetched(must(EVP_MD_fetch(nullptr, "SHA2-256", nullptr), "fetch SHA2-256"));
    return kFetched.get();
}

const EVP_MD* sha_512() {
    static const DigestAlgorithm kFetched(must(EVP_MD_fetch(nullptr, "SHA2-512", nullptr), "fetch SHA2-512"));
    return kFetched.get();
}

EVP_MAC* hmac() {
    static const MacAlgorithm kFetched(must(EVP_MAC_fetch(nullptr, "HMAC", nullptr), "fetch HMAC"));
    return kFetched.get();
}

EVP_KDF* hkdf() {
    static const KdfAlgorithm kFetched(must(EVP_KDF_fetch(nullptr, "HKDF", nullptr), "fetch HKDF"));
    return kFetched.get();
}

}  // namespace storage::crypto
