#pragma once

#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <memory>

namespace gateway::auth {

/// The deleters of every OpenSSL object of this folder.
template <auto Free>
struct OpenSslDelete {
    template <class T>
    void operator()(T* pointer) const noexcept {
        Free(pointer);
    }
};

using BigNumber = std::unique_ptr<BIGNUM, OpenSslDelete<BN_free>>;
using EcdsaSignature = std::unique_ptr<ECDSA_SIG, OpenSslDelete<ECDSA_SIG_free>>;
using PublicKeyPointer = std::unique_ptr<EVP_PKEY, OpenSslDelete<EVP_PKEY_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, OpenSslDelete<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, OpenSslDelete<EVP_MD_CTX_free>>;
using ParameterBuilder = std::unique_ptr<OSSL_PARAM_BLD, OpenSslDelete<OSSL_PARAM_BLD_free>>;
using Parameters = std::unique_ptr<OSSL_PARAM, OpenSslDelete<OSSL_PARAM_free>>;

}  // namespace gateway::auth
