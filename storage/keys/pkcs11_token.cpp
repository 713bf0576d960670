#include "storage/keys/pkcs11_token.hpp"

#include <algorithm>
#include <string_view>

#include "storage/crypto/secret.hpp"
#include "storage/keys/secret_file.hpp"

namespace storage::keys {

using crypto::InsecureSecretAccess;
using crypto::SecretBytes;
using policy::Code;
using policy::fail;
using policy::Result;

namespace {

constexpr std::size_t kMostSessions = 16;
constexpr std::size_t kLongestPin = 255;
constexpr std::chrono::seconds kPatience{5};
constexpr std::chrono::seconds kTryAgain{1};

Result<SecretBytes> read_pin(const std::filesystem::path& file) {
    auto text = read_secret_file(file, "PIN file", kLongestPin + 1);
    if (!text) return text.error();
    const auto bytes = text->reveal(InsecureSecretAccess{});
    const std::size_t size = !bytes.empty() && bytes.back() == std::byte{'\n'} ? bytes.size() - 1 : bytes.size();
    if (size == 0) return fail(Code::kInvalid, "the PIN file " + file.string() + " is empty");
    return SecretBytes::copy_of(bytes.first(size));
}

/// Padded with blanks, as the standard has it.
template <std::size_t N>
std::string_view padded(const unsigned char (&text)[N]) {  // NOLINT(*-avoid-c-arrays): the standard's
    std::string_view view(reinterpret_cast<const char*>(text), N);
    view.remove_suffix(N - 1 - std::min(view.find_last_not_of(' '), N - 1));
    return view;
}

}  // namespace

Result<void> Pkcs11Session::check(CK_RV value, const char* act) {
    if (value == CKR_OK) return {};
    failed_ = true;
    lost_ = lost_ || is_lost(value);
    return pkcs11_error(value, act);
}

Pkcs11Token::Pkcs11Token(Pkcs11TokenSettings settings, std::shared_ptr<Pkcs11Module> module)
    : settings_(std::move(settings)), module_(std::move(module)) {}

Pkcs11Token::~Pkcs11Token() {
    close_idle();
}

Result<std::unique_ptr<Pkcs11Token>> Pkcs11Token::open(const Pkcs11TokenSettings& settings) {
    if (const auto pin = read_pin(settings.pin_file); !pin) return pin.error();
    auto module = Pkcs11Module::load(settings.module);
    if (!module) return module.error();
    std::unique_ptr<Pkcs11Token> token(new Pkcs11Token(settings, std::move(*module)));
    const std::lock_guard lock(token->mutex_);
    if (const auto connected = token->connect(); !connected) return connected.error();
    return token;
}

std::uint64_t Pkcs11Token::generation() {
    const std::lock_guard lock(mutex_);
    return generation_;
}

Result<Pkcs11Token::Taken> Pkcs11Token::take() {
    std::unique_lock lock(mutex_);
    const auto ends = std::chrono::steady_clock::now() + kPatience;
    while (true) {
        if (!connected_) {
            if (const auto done = connect(); !done) return done.error();
        }
        if (!idle_.empty()) {
            const Taken taken{idle_.back(), generation_};
            idle_.pop_back();
            return taken;
        }
        if (sessions_ < most_sessions_) {
            const auto opened = open_session();
            if (opened.has_value()) return Taken{*opened, generation_};
            // Others have the rest of the token's sessions: we make do with ours.
            if (opened.error().code != Code::kOverloaded || sessions_ == 0) return opened.error();
            most_sessions_ = sessions_;
        }
        if (given_back_.wait_until(lock, ends) == std::cv_status::timeout && idle_.empty())
            return fail(Code::kOverloaded, "every session with the token is busy");
    }
}

void Pkcs11Token::give_back(const Taken& taken, const Pkcs11Session& session) {
    const std::lock_guard lock(mutex_);
    if (taken.generation != generation_) {
        module_->call().C_CloseSession(taken.handle);
        return;
    }
    if (session.failed()) {  // an act may be unfinished in it, and would be in the next one's way
        module_->call().C_CloseSession(taken.handle);
        if (session.lost()) connected_ = false;
        --sessions_;
    } else {
        idle_.push_back(taken.handle);
    }
    given_back_.notify_one();
}

/// Ours only: others in this process may use the same token. The last to close logs out.
void Pkcs11Token::close_idle() {
    if (login_) idle_.push_back(*login_);
    login_.reset();
    for (const auto session : idle_) module_->call().C_CloseSession(session);
    idle_.clear();
}

/// With mutex_ held.
Result<void> Pkcs11Token::connect() {
    if (refused_) return *refused_;
    const auto now = std::chrono::steady_clock::now();
    if (failed_ && now - tried_at_ < kTryAgain) return *failed_;
    tried_at_ = now;
    close_idle();
    ++generation_;
    sessions_ = 0;
    const auto attempt = [this]() -> Result<void> {
        const auto slot = find_slot();
        if (!slot) return slot.error();
        slot_ = *slot;
        const auto session = open_session();
        if (!session) return session.error();
        login_ = *session;
        sessions_ = 0;
        return log_in(*session);
    };
    auto done = attempt();
    connected_ = done.has_value();
    failed_ = done.has_error() ? std::optional(done.error()) : std::nullopt;
    if (failed_ && failed_->code == Code::kDenied) refused_ = failed_;
    return done;
}

Result<CK_SLOT_ID> Pkcs11Token::find_slot() {
    const auto& call = module_->call();
    CK_ULONG count = 0;
    // The first call makes the module look anew.
    if (const CK_RV done = call.C_GetSlotList(CK_TRUE, nullptr, &count); done != CKR_OK)
        return pkcs11_error(done, "list its slots");
    std::vector<CK_SLOT_ID> slots(count);
    if (const CK_RV done = call.C_GetSlotList(CK_TRUE, slots.data(), &count); done != CKR_OK)
        return pkcs11_error(done, "list its slots");
    slots.resize(std::min<std::size_t>(slots.size(), count));
    for (const CK_SLOT_ID slot : slots) {
        CK_TOKEN_INFO facts{};
        if (call.C_GetTokenInfo(slot, &facts) != CKR_OK || padded(facts.label) != settings_.label) continue;
        if ((facts.flags & CKF_USER_PIN_LOCKED) != 0) return pkcs11_error(CKR_PIN_LOCKED, "log in");
        const CK_ULONG most = facts.ulMaxRwSessionCount;
        const bool bounded = most != CK_EFFECTIVELY_INFINITE && most != CK_UNAVAILABLE_INFORMATION;
        // One holds the login.
        most_sessions_ = bounded && most > 1 ? std::min<std::size_t>(most - 1, kMostSessions) : kMostSessions;
        return slot;
    }
    return fail(Code::kUnavailable, "no token \"" + settings_.label + "\" is there");
}

Result<CK_SESSION_HANDLE> Pkcs11Token::open_session() {
    CK_SESSION_HANDLE session = 0;
    const CK_RV done =
        module_->call().C_OpenSession(slot_, CKF_SERIAL_SESSION | CKF_RW_SESSION, nullptr, nullptr, &session);
    if (is_lost(done)) connected_ = false;
    if (done != CKR_OK) return pkcs11_error(done, "open a session");
    ++sessions_;
    return session;
}

Result<void> Pkcs11Token::log_in(CK_SESSION_HANDLE session) {
    const auto pin = read_pin(settings_.pin_file);
    if (!pin) return pin.error();
    // The standard's own types know no const; the module only reads.
    auto bytes = pin->clone();
    const auto text = bytes.writable(InsecureSecretAccess{});
    const CK_RV done = module_->call().C_Login(session, CKU_USER, reinterpret_cast<CK_UTF8CHAR_PTR>(text.data()),
                                               static_cast<CK_ULONG>(text.size()));
    if (done == CKR_OK || done == CKR_USER_ALREADY_LOGGED_IN) return {};
    return pkcs11_error(done, "log in");
}

}  // namespace storage::keys
