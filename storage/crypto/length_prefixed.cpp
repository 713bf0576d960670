#include "storage/crypto/length_prefixed.hpp"

#include <stdexcept>

namespace storage::crypto {

LengthPrefixed& LengthPrefixed::add(std::span<const std::byte> field) {
    if (field.size() > 0xFFFF) throw std::length_error("a field of more than 65535 bytes");
    bytes_.push_back(static_cast<std::byte>(field.size() >> 8U));
    bytes_.push_back(static_cast<std::byte>(field.size()));
    append(bytes_, field);
    return *this;
}

}  // namespace storage::crypto
