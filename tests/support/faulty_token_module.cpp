// The module of faulty_token.hpp: SoftHSM's functions, each of which may be told to fail. While the file that
// CALLVAULT_TOKEN_GONE names exists, the token is out of its slot; while the one of CALLVAULT_TOKEN_HANGS does, no call
// comes back.

#include <dlfcn.h>
#include <p11-kit/pkcs11.h>
#include <unistd.h>

#include <cstdlib>
#include <map>
#include <mutex>
#include <string>

namespace {

struct Fault {
    CK_RV value = CKR_OK;
    int times = 0;
    int after = 0;
};

std::mutex mutex;
std::map<std::string, Fault> faults;
std::map<std::string, int> counts;
CK_FUNCTION_LIST* real = nullptr;
CK_FUNCTION_LIST ours;

void hang() {
    static const char* const kHangs = std::getenv("CALLVAULT_TOKEN_HANGS");
    while (kHangs != nullptr && ::access(kHangs, F_OK) == 0) ::usleep(20'000);
}

CK_RV fault(const char* function) {
    hang();
    const std::lock_guard lock(mutex);
    ++counts[function];
    static const char* const kGone = std::getenv("CALLVAULT_TOKEN_GONE");
    if (kGone != nullptr && ::access(kGone, F_OK) == 0) {
        // A slot without its token; what is asked of the token itself fails.
        return std::string(function) == "C_Initialize" ? CKR_OK : CKR_DEVICE_REMOVED;
    }
    const auto found = faults.find(function);
    if (found == faults.end() || found->second.times == 0) return CKR_OK;
    if (found->second.after > 0) {
        --found->second.after;
        return CKR_OK;
    }
    --found->second.times;
    return found->second.value;
}

template <auto Member>
const char* kName = nullptr;

template <auto Member, class... Arguments>
CK_RV call(Arguments... arguments) {
    const CK_RV wrong = fault(kName<Member>);
    return wrong != CKR_OK ? wrong : (real->*Member)(arguments...);
}

template <auto Member, class... Arguments>
void wrap(CK_RV (*CK_FUNCTION_LIST::*)(Arguments...), const char* name) {
    kName<Member> = name;
    ours.*Member = &call<Member, Arguments...>;
}

#define FAULTY(name) wrap<&CK_FUNCTION_LIST::name>(&CK_FUNCTION_LIST::name, #name)

}  // namespace

extern "C" {

CK_RV C_GetFunctionList(CK_FUNCTION_LIST** list) {
    void* const library = ::dlopen(CALLVAULT_SOFTHSM_MODULE, RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) return CKR_GENERAL_ERROR;
    const auto get = reinterpret_cast<CK_C_GetFunctionList>(::dlsym(library, "C_GetFunctionList"));
    if (get == nullptr || get(&real) != CKR_OK) return CKR_GENERAL_ERROR;
    ours = *real;
    FAULTY(C_Initialize);
    FAULTY(C_GetSlotList);
    FAULTY(C_GetTokenInfo);
    FAULTY(C_GetMechanismInfo);
    FAULTY(C_OpenSession);
    FAULTY(C_Login);
    FAULTY(C_FindObjectsInit);
    FAULTY(C_GetAttributeValue);
    FAULTY(C_GetSessionInfo);
    FAULTY(C_GenerateKey);
    FAULTY(C_GenerateKeyPair);
    FAULTY(C_GenerateRandom);
    FAULTY(C_EncryptInit);
    FAULTY(C_Encrypt);
    FAULTY(C_DecryptInit);
    FAULTY(C_Decrypt);
    FAULTY(C_SignInit);
    FAULTY(C_Sign);
    FAULTY(C_DestroyObject);
    *list = &ours;
    return CKR_OK;
}

void faulty_token_fail(const char* function, CK_RV value, int times, int after) {
    const std::lock_guard lock(mutex);
    faults[function] = {value, times, after};
}

void faulty_token_mend() {
    const std::lock_guard lock(mutex);
    faults.clear();
}

int faulty_token_calls(const char* function) {
    const std::lock_guard lock(mutex);
    return counts[function];
}
}
