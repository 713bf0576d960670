#pragma once

#include <span>
#include <string>

#include "policy/ids.hpp"
#include "policy/result.hpp"
#include "storage/crypto/bytes.hpp"
#include "storage/crypto/secret.hpp"
#include "storage/keys/key_vault.hpp"
#include "storage/keys/root_secret.hpp"

namespace storage::keys {

// A key set in a file:
//
//   "CVKEYSET" || version[1] = 1 || purpose[1] || key id[16] || root secret's id[16] || label length[1] || label
//   || nonce[12] || ciphertext[32] || tag[16]
//
// The set's seed is sealed (aead.hpp) under the root secret; everything before the nonce is associated data.

/// What stands in front of the seal: read before anything is opened, to be believed only after it was.
struct KeyFileHeader {
    KeyInfo info;
    std::string root_id;
    std::size_t size = 0;  ///< Bytes before the nonce.
};

crypto::Bytes write_key_file(const KeyInfo& info, const RootSecret& root, const crypto::Key256& seed);

/// kCorrupt for anything that write_key_file does not write.
policy::Result<KeyFileHeader> read_key_file_header(std::span<const std::byte> file);

/// The seed. kCorrupt when the seal does not open under this root secret.
policy::Result<crypto::Key256> open_key_file(std::span<const std::byte> file, const KeyFileHeader& header,
                                             const RootSecret& root);

}  // namespace storage::keys
