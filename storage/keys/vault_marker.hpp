#pragma once

#include <optional>
#include <span>
#include <string>

#include "policy/result.hpp"
#include "storage/crypto/bytes.hpp"

namespace storage::keys {

/// The file VAULT of a vault's folder, a line each:
///
///   callvault file vault 1
///   id <32 hexadecimal digits>       the same in every copy
///   root <32 hexadecimal digits>     id of the root secret that key files are sealed under
///   next <32 hexadecimal digits>     only while a rotation is under way: the root secret that replaces it
struct VaultMarker {
    std::string id;
    std::string root;
    std::optional<std::string> next;

    /// The id of the root secret that new key files are sealed under.
    const std::string& target() const { return next ? *next : root; }
};

crypto::Bytes write_vault_marker(const VaultMarker& marker);
/// kCorrupt for anything else than the lines above.
policy::Result<VaultMarker> read_vault_marker(std::span<const std::byte> bytes);

}  // namespace storage::keys
