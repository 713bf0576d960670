#pragma once

#include <cstddef>
#include <span>

namespace storage::crypto {

/// OpenSSL's spelling of bytes. An empty span may have no address, and OpenSSL reads some null pointers as "not given":
/// it gets the address of one byte that it does not read.
inline const unsigned char* raw(std::span<const std::byte> bytes) {
    static constexpr unsigned char kNothing = 0;
    return bytes.empty() ? &kNothing : reinterpret_cast<const unsigned char*>(bytes.data());
}

inline unsigned char* raw(std::byte* bytes) {
    return reinterpret_cast<unsigned char*>(bytes);
}

}  // namespace storage::crypto
