#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "storage/keys/pkcs11_token.hpp"
#include "tests/support/temporary_folder.hpp"

namespace tests {

/// A token of SoftHSM2, empty and gone with this: a real PKCS#11 module that keeps its objects in files.
class SoftToken {
  public:
    SoftToken();
    ~SoftToken();
    SoftToken(const SoftToken&) = delete;
    SoftToken& operator=(const SoftToken&) = delete;

    /// Another one with the same label.
    std::unique_ptr<SoftToken> twin() const { return std::unique_ptr<SoftToken>(new SoftToken(label_)); }

    storage::keys::Pkcs11TokenSettings settings() const;

    /// Where SoftHSM keeps this token's objects.
    std::filesystem::path files() const;

    /// What settings().pin_file says from now on.
    void write_pin(const std::string& pin) const;

    static constexpr const char* kPin = "2468-1357";

  private:
    explicit SoftToken(std::string label);

    TemporaryFolder folder_;
    std::string label_;
};

}  // namespace tests
