#include "storage/crypto/hmac.hpp"

#include <openssl/core_names.h>
#include <openssl/params.h>

#include <array>

#include "storage/crypto/openssl_algorithms.hpp"
#include "storage/crypto/openssl_bytes.hpp"
#include "storage/crypto/openssl_error.hpp"
#include "storage/crypto/openssl_handles.hpp"

namespace storage::crypto {

namespace {

Digest256 hmac_with(std::span<const std::byte> key, std::span<const std::byte> message) {
    std::array<char, 9> digest_name{"SHA2-256"};
    const std::array<OSSL_PARAM, 2> params{
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest_name.data(), 0), OSSL_PARAM_construct_end()};
    const MacContext context(must(EVP_MAC_CTX_new(hmac()), "MAC context"));
    must(EVP_MAC_init(context.get(), raw(key), key.size(), params.data()), "begin HMAC");
    must(EVP_MAC_update(context.get(), raw(message), message.size()), "HMAC");
    Digest256 tag{};
    std::size_t size = 0;
    must(EVP_MAC_final(context.get(), raw(tag.data()), &size, tag.size()), "end HMAC");
    return tag;
}

}  // namespace

Digest256 hmac_sha256(const Key256& key, std::span<const std::byte> message) {
    return hmac_with(key.reveal(InsecureSecretAccess{}), message);
}

Digest256 hmac_sha256(const SecretBytes& key, std::span<const std::byte> message) {
    return hmac_with(key.reveal(InsecureSecretAccess{}), message);
}

}  // namespace storage::crypto
