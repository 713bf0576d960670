#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gateway::verify {

using Hash = std::array<unsigned char, 32>;

// RFC 6962: leaf = SHA-256(0x00 || entry), node = SHA-256(0x01 || left || right), empty root = SHA-256("").

Hash sha256(std::string_view bytes);
Hash leaf_hash(std::string_view entry);
Hash node_hash(const Hash& left, const Hash& right);

/// The root over 1, 2, 4, ... hashes.
Hash complete_root(std::vector<Hash> row);

std::optional<Hash> hash_from_base64(std::string_view text);
std::string to_base64(const Hash& hash);
std::string to_hex(const Hash& hash);

// RFC 9162 sections 2.1.3.2 and 2.1.4.2, followed step by step.

bool inclusion_holds(const Hash& leaf, std::uint64_t index, std::uint64_t size, std::span<const Hash> path,
                     const Hash& root);
bool consistency_holds(std::uint64_t old_size, const Hash& old_root, std::uint64_t new_size, const Hash& new_root,
                       std::span<const Hash> path);

}  // namespace gateway::verify
