#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "policy/result.hpp"

namespace storage::crypto {

/// The word to grep for: every place that names it touches key bytes or plaintext secrets, and is reviewed as such.
class InsecureSecretAccess {
  public:
    explicit constexpr InsecureSecretAccess() = default;
};

/// Secret bytes of any length: kept in locked memory that no core dump holds (secret_memory.hpp), zeroed when given
/// back, without a printer, without a comparison operator (use equal(), which takes the same time for any contents).
///
/// Ownership:     owns its bytes; moves leave the source empty; copies are only made by clone().
/// Thread safety: as a vector.
class SecretBytes {
  public:
    SecretBytes() = default;
    /// `size` zero bytes, to be filled through writable().
    explicit SecretBytes(std::size_t size);
    SecretBytes(SecretBytes&& other) noexcept;
    SecretBytes& operator=(SecretBytes&& other) noexcept;
    SecretBytes(const SecretBytes&) = delete;
    SecretBytes& operator=(const SecretBytes&) = delete;
    ~SecretBytes();

    /// A copy of bytes that lie elsewhere; zeroing those stays the caller's task.
    static SecretBytes copy_of(std::span<const std::byte> bytes);
    SecretBytes clone() const;

    std::size_t size() const noexcept { return size_; }
    bool empty() const noexcept { return size_ == 0; }
    std::span<const std::byte> reveal(InsecureSecretAccess) const noexcept { return {data_, size_}; }
    std::span<std::byte> writable(InsecureSecretAccess) noexcept { return {data_, size_}; }

    /// Zeroes and gives back the bytes; empty afterwards.
    void wipe() noexcept;

    /// Whether both hold the same bytes, in a time that depends on the sizes only.
    static bool equal(const SecretBytes& a, const SecretBytes& b) noexcept;

  private:
    std::byte* data_ = nullptr;
    std::size_t size_ = 0;
};

/// A key of exactly 256 bits, with the rules of SecretBytes. Moved-from keys are empty and must not be used (checked:
/// reveal() of one throws std::logic_error).
class Key256 {
  public:
    static constexpr std::size_t kSizeInBytes = 32;

    /// A fresh key from the system's random generator.
    static Key256 random();
    /// kInvalid unless exactly 32 bytes.
    static policy::Result<Key256> copy_of(std::span<const std::byte> bytes);
    /// kInvalid unless exactly 32 bytes.
    static policy::Result<Key256> from(SecretBytes bytes);

    Key256 clone() const { return Key256(bytes_.clone()); }
    std::span<const std::byte, kSizeInBytes> reveal(InsecureSecretAccess) const;
    static bool equal(const Key256& a, const Key256& b) noexcept { return SecretBytes::equal(a.bytes_, b.bytes_); }

  private:
    explicit Key256(SecretBytes bytes) : bytes_(std::move(bytes)) {}
    SecretBytes bytes_;
};

/// Zeroes bytes in a way that the compiler keeps.
void zero(std::span<std::byte> bytes) noexcept;

/// Whether both hold the same bytes, in a time that depends on the sizes only.
bool equal_in_constant_time(std::span<const std::byte> a, std::span<const std::byte> b) noexcept;

}  // namespace storage::crypto
