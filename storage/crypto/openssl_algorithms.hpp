#pragma once

#include <openssl/types.h>

namespace storage::crypto {

// Algorithms fetched once from OpenSSL's providers and kept: a fetch by name at each use costs more than the seal of a
// short message. Throw CryptoFailure when a provider lacks one. Thread safety: any thread.

const EVP_CIPHER* aes_256_gcm();
const EVP_MD* md_5();
const EVP_MD* sha_256();
const EVP_MD* sha_512();
EVP_MAC* hmac();
EVP_KDF* hkdf();

}  // namespace storage::crypto
