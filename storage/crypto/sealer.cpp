#include "storage/crypto/sealer.hpp"

#include <algorithm>
#include <stdexcept>

#include "storage/crypto/openssl_algorithms.hpp"
#include "storage/crypto/openssl_bytes.hpp"
#include "storage/crypto/openssl_error.hpp"
#include "storage/crypto/random.hpp"

namespace storage::crypto {

namespace {

std::array<std::byte, kSealSaltBytes> fresh_salt() {
    std::array<std::byte, kSealSaltBytes> salt{};
    fill_random(salt);
    return salt;
}

}  // namespace

Sealer::Sealer(const Key256& data_key, const SealContext& context) : Sealer(data_key, encode(context), fresh_salt()) {}

Sealer::Sealer(const Key256& data_key, std::span<const std::byte> context,
               std::span<const std::byte, kSealSaltBytes> salt)
    : Sealer(derive_object_keys(data_key, salt, context), salt) {}

Sealer::Sealer(const ObjectKeys& keys, std::span<const std::byte, kSealSaltBytes> salt)
    : cipher_(must(EVP_CIPHER_CTX_new(), "cipher context")), nonces_(keys.base_nonce) {
    std::ranges::copy(salt, header_.begin());
    std::ranges::copy(keys.commitment, header_.begin() + kSealSaltBytes);
    must(EVP_EncryptInit_ex2(cipher_.get(), aes_256_gcm(), raw(keys.key.reveal(InsecureSecretAccess{})), nullptr,
                             nullptr),
         "begin a sealed object");
    observer_ = nonce_observer();
    if (observer_ != nullptr) key_mark_ = key_mark(keys.key);
    begin_chunk();
}

void Sealer::begin_chunk() {
    const AeadNonce nonce = nonces_.of_chunk(chunk_);
    if (observer_ != nullptr) observer_->sealed_under(key_mark_, nonce);
    must(EVP_EncryptInit_ex2(cipher_.get(), nullptr, nullptr, raw(nonce), nullptr), "begin a chunk");
}

void Sealer::end_chunk(std::byte* tag) {
    int written = 0;
    must(EVP_EncryptFinal_ex(cipher_.get(), raw(tag), &written), "end a chunk");
    must(EVP_CIPHER_CTX_ctrl(cipher_.get(), EVP_CTRL_AEAD_GET_TAG, kSealTagBytes, tag), "the tag of a chunk");
}

std::size_t Sealer::seal(std::span<const std::byte> plain, std::span<std::byte> out) {
    if (finished_) throw std::logic_error("a sealed object was written to after its end");
    const std::size_t tags = (in_chunk_ + plain.size()) / kPlainChunkBytes;
    if (out.size() < plain.size() + tags * kSealTagBytes)
        throw std::logic_error("the buffer for sealed bytes is too small");
    if (plain.size() > kMaxPlainBytes - plain_bytes_) throw std::length_error("a sealed object of more than 32 TiB");
    plain_bytes_ += plain.size();
    std::byte* to = out.data();
    while (!plain.empty()) {
        const std::size_t piece = std::min(plain.size(), kPlainChunkBytes - in_chunk_);
        int written = 0;
        must(EVP_EncryptUpdate(cipher_.get(), raw(to), &written, raw(plain), static_cast<int>(piece)), "seal");
        to += piece;
        plain = plain.subspan(piece);
        in_chunk_ += piece;
        if (in_chunk_ < kPlainChunkBytes) break;
        end_chunk(to);
        to += kSealTagBytes;
        in_chunk_ = 0;
        ++chunk_;
        begin_chunk();
    }
    return static_cast<std::size_t>(to - out.data());
}

std::size_t Sealer::finish(std::span<std::byte> out) {
    if (finished_) throw std::logic_error("a sealed object was ended twice");
    if (out.size() < kSealTagBytes) throw std::logic_error("the buffer for sealed bytes is too small");
    finished_ = true;
    end_chunk(out.data());
    return kSealTagBytes;
}

}  // namespace storage::crypto
