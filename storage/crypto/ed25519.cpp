#include "storage/crypto/ed25519.hpp"

#include "storage/crypto/openssl_bytes.hpp"
#include "storage/crypto/openssl_error.hpp"

namespace storage::crypto {

SigningKey::SigningKey(const Key256& seed)
    : key_(must(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, raw(seed.reveal(InsecureSecretAccess{})),
                                             Key256::kSizeInBytes),
                "Ed25519 key")) {
    std::size_t size = public_key_.size();
    must(EVP_PKEY_get_raw_public_key(key_.get(), raw(public_key_.data()), &size), "Ed25519 public key");
}

Signature SigningKey::sign(std::span<const std::byte> message) const {
    const DigestContext context(must(EVP_MD_CTX_new(), "digest context"));
    must(EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get()), "begin Ed25519");
    Signature signature{};
    std::size_t size = signature.size();
    must(EVP_DigestSign(context.get(), raw(signature.data()), &size, raw(message), message.size()), "Ed25519");
    return signature;
}

bool verify(const PublicKey& key, std::span<const std::byte> message, std::span<const std::byte> signature) {
    const AsymmetricKey holder(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, raw(key), key.size()));
    if (holder == nullptr || signature.size() != Signature{}.size()) {
        forget_openssl_errors();
        return false;
    }
    const DigestContext context(must(EVP_MD_CTX_new(), "digest context"));
    must(EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, holder.get()), "begin Ed25519");
    const bool good =
        EVP_DigestVerify(context.get(), raw(signature), signature.size(), raw(message), message.size()) == 1;
    if (!good) forget_openssl_errors();
    return good;
}

}  // namespace storage::crypto
