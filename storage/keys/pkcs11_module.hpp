#pragma once

#include <p11-kit/pkcs11.h>

#include <filesystem>
#include <memory>
#include <string>

#include "policy/result.hpp"

namespace storage::keys {

/// A PKCS#11 (OASIS, 2.40) module in this process: the library of a token's maker, loaded and initialised. One for each
/// file, however many ask for it; finalised with the last that holds it, unless somebody else had initialised it.
///
/// Thread safety: any; the module is told that threads call it.
class Pkcs11Module {
  public:
    /// kNotFound: no such file. kInvalid: it is no module. kUnavailable: it does not initialise.
    static policy::Result<std::shared_ptr<Pkcs11Module>> load(const std::filesystem::path& file);
    ~Pkcs11Module();
    Pkcs11Module(const Pkcs11Module&) = delete;
    Pkcs11Module& operator=(const Pkcs11Module&) = delete;

    /// The module's functions, as the standard names them.
    const CK_FUNCTION_LIST& call() const noexcept { return *functions_; }

  private:
    Pkcs11Module(CK_FUNCTION_LIST* functions, bool ours) : functions_(functions), ours_(ours) {}

    CK_FUNCTION_LIST* functions_;
    bool ours_;
};

/// What a return value says about an act ("find the key"): kDenied for the PIN, kOverloaded for no session left,
/// kUnavailable for the rest, with the standard's name of it, and the way out where there is one.
policy::Error pkcs11_error(CK_RV value, const std::string& act);

/// Whether it is the token's or the machine's trouble, and nothing of what was asked: is_lost(), and failures without a
/// reason.
bool is_trouble(CK_RV value) noexcept;

/// Whether the session, the login or the token behind it is gone, so that another session may do better.
bool is_lost(CK_RV value) noexcept;

/// Whether the object that was named is not there (any more).
bool is_no_object(CK_RV value) noexcept;

}  // namespace storage::keys
