#pragma once

#include <filesystem>
#include <string>

#include "policy/result.hpp"
#include "storage/crypto/secret.hpp"

namespace storage::keys {

/// The secret that a file vault's keys are sealed under: 32 random bytes, in a file of 64 lowercase hexadecimal digits
/// and a line feed.
class RootSecret {
  public:
    explicit RootSecret(crypto::Key256 secret);

    /// Reads the file (or a service credential). kInvalid, with a sentence that says what to do, unless it is a regular
    /// file of this user or root, closed to group and others (0600 or 0400), with the text above. kNotFound when
    /// absent.
    static policy::Result<RootSecret> load(const std::filesystem::path& file);

    /// Makes a new secret in a new file of mode 0600, durably. kConflict when there is a file already.
    static policy::Result<RootSecret> create(const std::filesystem::path& file);

    RootSecret clone() const;

    /// 16 bytes as hex that name the secret and tell nothing of it; key files cite it.
    const std::string& id() const noexcept { return id_; }

    /// The key that key files are sealed under.
    const crypto::Key256& sealing_key() const noexcept { return sealing_key_; }

  private:
    crypto::Key256 secret_;
    crypto::Key256 sealing_key_;
    std::string id_;
};

}  // namespace storage::keys
