#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/result.hpp"

namespace gateway::http {

/// The digests of a Content-Digest or Repr-Digest field (RFC 9530). Other algorithms than these two are ignored, as the
/// RFC wants; hashing and comparing are the handler's.
struct ContentDigest {
    std::optional<std::array<std::uint8_t, 32>> sha256;
    std::optional<std::array<std::uint8_t, 64>> sha512;
};

/// Parses a dictionary of byte sequences: `sha-256=:<base64>:, sha-512=:<base64>:`. kInvalid: not of that form, wrong
/// length for its algorithm, or an algorithm twice.
policy::Result<ContentDigest> parse_content_digest(std::string_view field);

/// "sha-256=:<base64>:".
std::string format_sha256_digest(std::span<const std::uint8_t, 32> digest);

}  // namespace gateway::http
