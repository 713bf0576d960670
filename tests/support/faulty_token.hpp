#pragma once

#include <p11-kit/pkcs11.h>

#include <filesystem>

namespace tests {

/// A PKCS#11 module that is SoftHSM, but for the calls that a test makes fail. Its tokens are SoftToken's.
class FaultyToken {
  public:
    FaultyToken();
    ~FaultyToken();
    FaultyToken(const FaultyToken&) = delete;
    FaultyToken& operator=(const FaultyToken&) = delete;

    /// The module's file: for Pkcs11TokenSettings::module.
    static std::filesystem::path module();

    /// The next `times` calls of that function (as "C_Sign"), after so many good ones, answer `value` and do nothing.
    void fail(const char* function, CK_RV value, int times = 1, int after = 0);

    /// How often that function was called since the start of the process.
    int calls(const char* function) const;

  private:
    void* library_;
};

}  // namespace tests
