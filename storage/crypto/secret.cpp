#include "storage/crypto/secret.hpp"

#include <openssl/crypto.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "storage/crypto/random.hpp"
#include "storage/crypto/secret_memory.hpp"

namespace storage::crypto {

SecretBytes::SecretBytes(std::size_t size) : data_(size == 0 ? nullptr : take_secret_memory(size)), size_(size) {}

SecretBytes::SecretBytes(SecretBytes&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

SecretBytes& SecretBytes::operator=(SecretBytes&& other) noexcept {
    if (this != &other) {
        wipe();
        data_ = std::exchange(other.data_, nullptr);
        size_ = std::exchange(other.size_, 0);
    }
    return *this;
}

SecretBytes::~SecretBytes() {
    wipe();
}

SecretBytes SecretBytes::copy_of(std::span<const std::byte> bytes) {
    SecretBytes copy(bytes.size());
    std::copy(bytes.begin(), bytes.end(), copy.data_);
    return copy;
}

SecretBytes SecretBytes::clone() const {
    return copy_of({data_, size_});
}

void SecretBytes::wipe() noexcept {
    if (data_ != nullptr) give_back_secret_memory(data_, size_);
    data_ = nullptr;
    size_ = 0;
}

bool SecretBytes::equal(const SecretBytes& a, const SecretBytes& b) noexcept {
    return equal_in_constant_time({a.data_, a.size_}, {b.data_, b.size_});
}

Key256 Key256::random() {
    SecretBytes bytes(kSizeInBytes);
    fill_random(bytes.writable(InsecureSecretAccess{}));
    return Key256(std::move(bytes));
}

policy::Result<Key256> Key256::copy_of(std::span<const std::byte> bytes) {
    return from(SecretBytes::copy_of(bytes));
}

policy::Result<Key256> Key256::from(SecretBytes bytes) {
    if (bytes.size() != kSizeInBytes) {
        return policy::fail(policy::Code::kInvalid, "a key has 32 bytes, this one " + std::to_string(bytes.size()));
    }
    return Key256(std::move(bytes));
}

std::span<const std::byte, Key256::kSizeInBytes> Key256::reveal(InsecureSecretAccess access) const {
    if (bytes_.empty()) throw std::logic_error("a key was used after it was moved from");
    return bytes_.reveal(access).first<kSizeInBytes>();
}

void zero(std::span<std::byte> bytes) noexcept {
    OPENSSL_cleanse(bytes.data(), bytes.size());
}

bool equal_in_constant_time(std::span<const std::byte> a, std::span<const std::byte> b) noexcept {
    return a.size() == b.size() && (a.empty() || CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0);
}

}  // namespace storage::crypto
