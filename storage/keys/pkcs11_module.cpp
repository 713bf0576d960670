#include "storage/keys/pkcs11_module.hpp"

#include <dlfcn.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <mutex>
#include <string_view>

namespace storage::keys {

using policy::Code;
using policy::fail;
using policy::Result;

namespace {

struct Known {
    CK_RV value;
    Code code;
    std::string_view name;
    std::string_view way_out;
};

constexpr std::array kKnown = std::to_array<Known>({
    {CKR_PIN_INCORRECT, Code::kDenied, "CKR_PIN_INCORRECT",
     "it is not tried again, for a token locks itself: mend the PIN file and restart"},
    {CKR_PIN_LOCKED, Code::kDenied, "CKR_PIN_LOCKED", "the token's security officer unlocks it"},
    {CKR_PIN_EXPIRED, Code::kDenied, "CKR_PIN_EXPIRED", "set a new PIN with the token's own tool"},
    {CKR_USER_PIN_NOT_INITIALIZED, Code::kDenied, "CKR_USER_PIN_NOT_INITIALIZED",
     "set a PIN with the token's own tool"},
    {CKR_SESSION_COUNT, Code::kOverloaded, "CKR_SESSION_COUNT", "the token has no session left"},
    {CKR_DEVICE_MEMORY, Code::kUnavailable, "CKR_DEVICE_MEMORY", "the token is full: nothing was made"},
    {CKR_TOKEN_WRITE_PROTECTED, Code::kUnavailable, "CKR_TOKEN_WRITE_PROTECTED", "the token takes no new key"},
    {CKR_DEVICE_ERROR, Code::kUnavailable, "CKR_DEVICE_ERROR", ""},
    {CKR_DEVICE_REMOVED, Code::kUnavailable, "CKR_DEVICE_REMOVED", "the token is gone"},
    {CKR_TOKEN_NOT_PRESENT, Code::kUnavailable, "CKR_TOKEN_NOT_PRESENT", "the token is gone"},
    {CKR_TOKEN_NOT_RECOGNIZED, Code::kUnavailable, "CKR_TOKEN_NOT_RECOGNIZED", ""},
    {CKR_SESSION_HANDLE_INVALID, Code::kUnavailable, "CKR_SESSION_HANDLE_INVALID", ""},
    {CKR_SESSION_CLOSED, Code::kUnavailable, "CKR_SESSION_CLOSED", ""},
    {CKR_USER_NOT_LOGGED_IN, Code::kUnavailable, "CKR_USER_NOT_LOGGED_IN", ""},
    {CKR_SLOT_ID_INVALID, Code::kUnavailable, "CKR_SLOT_ID_INVALID", ""},
    {CKR_CRYPTOKI_NOT_INITIALIZED, Code::kUnavailable, "CKR_CRYPTOKI_NOT_INITIALIZED", ""},
    {CKR_GENERAL_ERROR, Code::kUnavailable, "CKR_GENERAL_ERROR", ""},
    {CKR_FUNCTION_FAILED, Code::kUnavailable, "CKR_FUNCTION_FAILED", ""},
    {CKR_HOST_MEMORY, Code::kUnavailable, "CKR_HOST_MEMORY", ""},
    {CKR_MECHANISM_INVALID, Code::kUnavailable, "CKR_MECHANISM_INVALID", "the token cannot do this"},
});

std::string hexadecimal(CK_RV value) {
    std::array<char, 24> text{};
    const int size = std::snprintf(text.data(), text.size(), "0x%lx", value);
    return {text.data(), static_cast<std::size_t>(std::max(size, 0))};
}

std::mutex& modules_mutex() {
    static std::mutex mutex;
    return mutex;
}

}  // namespace

Result<std::shared_ptr<Pkcs11Module>> Pkcs11Module::load(const std::filesystem::path& file) {
    static std::map<std::filesystem::path, std::weak_ptr<Pkcs11Module>> loaded;
    std::error_code none;
    const auto path = std::filesystem::canonical(file, none);
    if (none) return fail(Code::kNotFound, "there is no PKCS#11 module " + file.string());
    const std::lock_guard lock(modules_mutex());
    if (auto known = loaded[path].lock()) return known;
    void* const library = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) return fail(Code::kInvalid, path.string() + " is no module: " + ::dlerror());
    void* const symbol = ::dlsym(library, "C_GetFunctionList");
    CK_FUNCTION_LIST* functions = nullptr;
    const auto get = reinterpret_cast<CK_C_GetFunctionList>(symbol);
    if (get == nullptr || get(&functions) != CKR_OK || functions == nullptr) {
        ::dlclose(library);
        return fail(Code::kInvalid, path.string() + " is no PKCS#11 module");
    }
    CK_C_INITIALIZE_ARGS arguments{};
    arguments.flags = CKF_OS_LOCKING_OK;
    const CK_RV done = functions->C_Initialize(&arguments);
    if (done != CKR_OK && done != CKR_CRYPTOKI_ALREADY_INITIALIZED) {
        ::dlclose(library);
        return pkcs11_error(done, "initialise " + path.string());
    }
    std::shared_ptr<Pkcs11Module> module(new Pkcs11Module(functions, done == CKR_OK));
    loaded[path] = module;
    return module;
}

Pkcs11Module::~Pkcs11Module() {
    const std::lock_guard lock(modules_mutex());
    if (ours_)
        functions_->C_Finalize(
            nullptr);  // The library stays mapped: some of them leave threads or exit handlers behind.
}

policy::Error pkcs11_error(CK_RV value, const std::string& act) {
    const auto* const known = std::ranges::find(kKnown, value, &Known::value);
    std::string what = "the token would not " + act + ": ";
    if (known == kKnown.end()) return fail(Code::kUnavailable, what + hexadecimal(value));
    what += known->name;
    if (!known->way_out.empty()) (what += "; ") += known->way_out;
    return fail(known->code, std::move(what));
}

bool is_trouble(CK_RV value) noexcept {
    return is_lost(value) || value == CKR_GENERAL_ERROR || value == CKR_FUNCTION_FAILED || value == CKR_HOST_MEMORY ||
           value == CKR_DEVICE_MEMORY || value == CKR_SESSION_COUNT;
}

bool is_lost(CK_RV value) noexcept {
    switch (value) {
        case CKR_DEVICE_ERROR:
        case CKR_DEVICE_REMOVED:
        case CKR_TOKEN_NOT_PRESENT:
        case CKR_TOKEN_NOT_RECOGNIZED:
        case CKR_SESSION_HANDLE_INVALID:
        case CKR_SESSION_CLOSED:
        case CKR_USER_NOT_LOGGED_IN:
        case CKR_SLOT_ID_INVALID:
        case CKR_CRYPTOKI_NOT_INITIALIZED:
            return true;
        default:
            return false;
    }
}

bool is_no_object(CK_RV value) noexcept {
    return value == CKR_OBJECT_HANDLE_INVALID || value == CKR_KEY_HANDLE_INVALID;
}

}  // namespace storage::keys
