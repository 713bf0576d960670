#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>

#include "storage/crypto/bytes.hpp"

namespace storage::crypto {

/// Fields in a row, each with its length (two bytes, big-endian) before it, so that no two rows of fields have the same
/// bytes: contexts, associated data, MAC inputs. Numbers are big-endian in their full width.
/// add() throws std::length_error for a field of more than 65535 bytes.
class LengthPrefixed {
  public:
    LengthPrefixed& add(std::span<const std::byte> field);
    LengthPrefixed& add(std::span<const std::uint8_t> field) { return add(std::as_bytes(field)); }
    LengthPrefixed& add(std::string_view field) { return add(bytes_of(field)); }

    template <class Number>
    requires std::is_unsigned_v<Number> LengthPrefixed& add_number(Number number) {
        std::byte field[sizeof(Number)];
        for (std::size_t i = 0; i < sizeof(Number); ++i) {
            field[i] = static_cast<std::byte>(number >> (8U * (sizeof(Number) - 1 - i)));
        }
        return add(std::span<const std::byte>(field));
    }

    const Bytes& bytes() const& noexcept { return bytes_; }
    Bytes take() && { return std::move(bytes_); }

  private:
    Bytes bytes_;
};

}  // namespace storage::crypto
