#pragma once

#include <cstddef>
#include <filesystem>
#include <string_view>

#include "policy/result.hpp"
#include "storage/crypto/secret.hpp"

namespace storage::files {

/// The bytes of a file that holds a secret: regular, of this user or root, closed to everybody else. `what` names it in
/// errors ("root secret"). kNotFound: no such file. kInvalid: its rights, or more than `most` bytes.
policy::Result<crypto::SecretBytes> read_secret_file(const std::filesystem::path& file, std::string_view what,
                                                     std::size_t most);

}  // namespace storage::files
