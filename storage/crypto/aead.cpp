#include "storage/crypto/aead.hpp"

#include <algorithm>
#include <stdexcept>

#include "storage/crypto/aead_message.hpp"
#include "storage/crypto/nonce_observer.hpp"
#include "storage/crypto/openssl_algorithms.hpp"
#include "storage/crypto/openssl_bytes.hpp"
#include "storage/crypto/openssl_error.hpp"
#include "storage/crypto/openssl_handles.hpp"
#include "storage/crypto/random.hpp"

namespace storage::crypto {

namespace {

constexpr std::size_t kLongestMessage = std::size_t{64} << 20U;

CipherContext new_context() {
    return CipherContext(must(EVP_CIPHER_CTX_new(), "cipher context"));
}

}  // namespace

void aead_encrypt(const Key256& key, const AeadNonce& nonce, std::span<const std::byte> plain,
                  std::span<const std::byte> associated, std::byte* out) {
    const CipherContext context = new_context();
    must(
        EVP_EncryptInit_ex2(context.get(), aes_256_gcm(), raw(key.reveal(InsecureSecretAccess{})), raw(nonce), nullptr),
        "begin AES-256-GCM");
    int written = 0;
    must(EVP_EncryptUpdate(context.get(), nullptr, &written, raw(associated), static_cast<int>(associated.size())),
         "associated data");
    must(EVP_EncryptUpdate(context.get(), raw(out), &written, raw(plain), static_cast<int>(plain.size())), "encrypt");
    must(EVP_EncryptFinal_ex(context.get(), raw(out + plain.size()), &written), "end AES-256-GCM");
    must(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, kAeadTagBytes, out + plain.size()), "tag");
}

bool aead_decrypt(const Key256& key, const AeadNonce& nonce, std::span<const std::byte> sealed,
                  std::span<const std::byte> associated, std::span<std::byte> out) {
    const auto cipher = sealed.first(out.size());
    AeadTag tag{};
    std::ranges::copy(sealed.last<kAeadTagBytes>(), tag.begin());
    const CipherContext context = new_context();
    must(
        EVP_DecryptInit_ex2(context.get(), aes_256_gcm(), raw(key.reveal(InsecureSecretAccess{})), raw(nonce), nullptr),
        "begin AES-256-GCM");
    int written = 0;
    must(EVP_DecryptUpdate(context.get(), nullptr, &written, raw(associated), static_cast<int>(associated.size())),
         "associated data");
    if (!cipher.empty()) {
        must(EVP_DecryptUpdate(context.get(), raw(out.data()), &written, raw(cipher), static_cast<int>(cipher.size())),
             "decrypt");
    }
    must(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, kAeadTagBytes, tag.data()), "tag");
    std::array<std::byte, kAeadTagBytes> nothing{};
    if (EVP_DecryptFinal_ex(context.get(), raw(nothing.data()), &written) == 1) return true;
    forget_openssl_errors();
    zero(out);
    return false;
}

Bytes aead_seal(const Key256& key, std::span<const std::byte> plain, std::span<const std::byte> associated) {
    if (plain.size() > kLongestMessage || associated.size() > kLongestMessage) {
        throw std::length_error("a message of more than 64 MiB");
    }
    AeadNonce nonce{};
    fill_random(nonce);
    if (NonceObserver* const observer = nonce_observer()) observer->sealed_under(key_mark(key), nonce);
    Bytes sealed(plain.size() + kAeadOverheadBytes);
    std::ranges::copy(nonce, sealed.begin());
    aead_encrypt(key, nonce, plain, associated, sealed.data() + kAeadNonceBytes);
    return sealed;
}

policy::Result<SecretBytes> aead_open(const Key256& key, std::span<const std::byte> sealed,
                                      std::span<const std::byte> associated) {
    if (sealed.size() < kAeadOverheadBytes || sealed.size() > kLongestMessage + kAeadOverheadBytes ||
        associated.size() > kLongestMessage) {
        return policy::fail(policy::Code::kCorrupt, "a sealed message of a size that there is not");
    }
    AeadNonce nonce{};
    std::ranges::copy(sealed.first<kAeadNonceBytes>(), nonce.begin());
    SecretBytes plain(sealed.size() - kAeadOverheadBytes);
    if (!aead_decrypt(key, nonce, sealed.subspan(kAeadNonceBytes), associated,
                      plain.writable(InsecureSecretAccess{}))) {
        return policy::fail(policy::Code::kCorrupt, "a seal does not open with this key and associated data");
    }
    return plain;
}

}  // namespace storage::crypto
