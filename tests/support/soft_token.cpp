#include "tests/support/soft_token.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <vector>

#include "storage/crypto/encoding.hpp"
#include "storage/crypto/random.hpp"

/// So that stacks reach beyond OpenSSL, to SoftHSM's leaks (catch_main.cpp).
extern "C" const char* __asan_default_options() {
    return "fast_unwind_on_malloc=0";
}

namespace tests {

namespace fs = std::filesystem;
using storage::keys::Pkcs11Module;

namespace {

constexpr const char* kOfficersPin = "officer-9876";

/// All tokens of this process lie in one folder: SoftHSM reads its configuration once.
const fs::path& tokens_folder() {
    static const TemporaryFolder kFolder;
    static const fs::path kTokens = [] {
        const fs::path tokens = kFolder.path() / "tokens";
        fs::create_directory(tokens);
        const fs::path configuration = kFolder.path() / "softhsm2.conf";
        std::ofstream(configuration) << "directories.tokendir = " << tokens.string()
                                     << "\nobjectstore.backend = file\nlog.level = ERROR\n";
        ::setenv("SOFTHSM2_CONF", configuration.c_str(), 1);
        return tokens;
    }();
    return kTokens;
}

void must(CK_RV value, const char* act) {
    if (value != CKR_OK) throw std::runtime_error(storage::keys::pkcs11_error(value, act).what);
}

std::string fresh_label() {
    std::array<std::byte, 8> random{};
    storage::crypto::fill_random(random);
    return "test " + storage::crypto::to_hex(random);
}

CK_UTF8CHAR_PTR text(const char* value) {
    return reinterpret_cast<CK_UTF8CHAR_PTR>(const_cast<char*>(value));  // NOLINT(*-const-cast): the standard's types
}

void initialise(const CK_FUNCTION_LIST& call, const std::string& label) {
    CK_ULONG count = 0;
    must(call.C_GetSlotList(CK_TRUE, nullptr, &count), "list slots");
    std::vector<CK_SLOT_ID> slots(count);
    must(call.C_GetSlotList(CK_TRUE, slots.data(), &count), "list slots");
    const auto empty = std::ranges::find_if(slots, [&](CK_SLOT_ID slot) {
        CK_TOKEN_INFO facts{};
        return call.C_GetTokenInfo(slot, &facts) == CKR_OK && (facts.flags & CKF_TOKEN_INITIALIZED) == 0;
    });
    if (empty == slots.end()) throw std::runtime_error("SoftHSM has no empty slot");
    std::array<char, 33> padded{};
    padded.fill(' ');
    std::memcpy(padded.data(), label.data(), label.size());
    must(call.C_InitToken(*empty, text(kOfficersPin), std::strlen(kOfficersPin), text(padded.data())), "make a token");
    CK_SESSION_HANDLE session = 0;
    must(call.C_OpenSession(*empty, CKF_SERIAL_SESSION | CKF_RW_SESSION, nullptr, nullptr, &session), "open a session");
    must(call.C_Login(session, CKU_SO, text(kOfficersPin), std::strlen(kOfficersPin)), "log in");
    must(call.C_InitPIN(session, text(SoftToken::kPin), std::strlen(SoftToken::kPin)), "set a PIN");
    must(call.C_CloseSession(session), "close a session");
}

}  // namespace

SoftToken::SoftToken() : SoftToken(fresh_label()) {}

SoftToken::SoftToken(std::string label) : label_(std::move(label)) {
    static_cast<void>(tokens_folder());
    const auto module = Pkcs11Module::load(CALLVAULT_SOFTHSM_MODULE).value();
    initialise(module->call(), label_);
    write_pin(std::string(kPin) + "\n");
}

SoftToken::~SoftToken() {
    fs::remove_all(files());
}

storage::keys::Pkcs11TokenSettings SoftToken::settings() const {
    return {CALLVAULT_SOFTHSM_MODULE, label_, folder_.path() / "pin"};
}

fs::path SoftToken::files() const {
    // The label stands in the token's own object, as text.
    for (const auto& folder : fs::directory_iterator(tokens_folder())) {
        std::ifstream file(folder.path() / "token.object", std::ios::binary);
        const std::string content(std::istreambuf_iterator<char>(file), {});
        if (content.find(label_) != std::string::npos) return folder.path();
    }
    throw std::runtime_error("SoftHSM keeps no files of this token");
}

void SoftToken::write_pin(const std::string& pin) const {
    const auto file = settings().pin_file;
    std::ofstream(file, std::ios::trunc) << pin;
    ::chmod(file.c_str(), 0600);
}

}  // namespace tests
