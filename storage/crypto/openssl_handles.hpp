#pragma once

#include <openssl/evp.h>
#include <openssl/kdf.h>

#include <memory>

namespace storage::crypto {

// Every OpenSSL object of this folder is owned by one of these; no other file frees one.

template <auto Free>
struct OpenSslDeleter {
    template <class T>
    void operator()(T* object) const noexcept {
        Free(object);
    }
};

using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, OpenSslDeleter<&EVP_CIPHER_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, OpenSslDeleter<&EVP_MD_CTX_free>>;
using MacContext = std::unique_ptr<EVP_MAC_CTX, OpenSslDeleter<&EVP_MAC_CTX_free>>;
using KdfContext = std::unique_ptr<EVP_KDF_CTX, OpenSslDeleter<&EVP_KDF_CTX_free>>;
using AsymmetricKey = std::unique_ptr<EVP_PKEY, OpenSslDeleter<&EVP_PKEY_free>>;
using CipherAlgorithm = std::unique_ptr<EVP_CIPHER, OpenSslDeleter<&EVP_CIPHER_free>>;
using DigestAlgorithm = std::unique_ptr<EVP_MD, OpenSslDeleter<&EVP_MD_free>>;
using MacAlgorithm = std::unique_ptr<EVP_MAC, OpenSslDeleter<&EVP_MAC_free>>;
using KdfAlgorithm = std::unique_ptr<EVP_KDF, OpenSslDeleter<&EVP_KDF_free>>;

}  // namespace storage::crypto
