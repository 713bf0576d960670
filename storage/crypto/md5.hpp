#pragma once

#include <array>
#include <cstddef>
#include <span>

namespace storage::crypto {

/// The MD5 of `bytes` (RFC 1321), which S3 demands of some requests against damage on the way. Proves nothing: whoever
/// wants other bytes with the same MD5 finds them. Throws CryptoFailure where OpenSSL may not compute it (FIPS).
std::array<std::byte, 16> md5(std::span<const std::byte> bytes);

}  // namespace storage::crypto
