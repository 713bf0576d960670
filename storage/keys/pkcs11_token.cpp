#include "storage/keys/pkcs11_token.hpp"

#include <algorithm>
#include <string_view>

#include "storage/crypto/secret.hpp"
#include "storage/files/secret_file.hpp"

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
constexpr std::chrono::seconds kCrowded{5};

Result<SecretBytes> read_pin(const std::filesystem::path& file) {
    auto text = files::read_secret_file(file, "PIN file", kLongestPin + 1);
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

Result<Pkcs11Session> Pkcs11Token::take() {
    std::unique_lock lock(mutex_);
    const auto ends = std::chrono::steady_clock::now() + kPatience;
    while (true) {
        // Opened anew only when no session is out: its handle, or one of its objects, might name another thing then.
        if (!connected_ && all_are_back()) {
            if (const auto done = connect(); !done) return done.error();
        }
        if (connected_ && !idle_.empty()) {
            const auto handle = idle_.back();
            idle_.pop_back();
            return Pkcs11Session(module_->call(), handle, generation_);
        }
        const bool crowded = std::chrono::steady_clock::now() < crowded_until_;
        if (connected_ && sessions_ < most_sessions_ && !(crowded && sessions_ > 0)) {
            const auto opened = open_session();
            if (opened.has_value()) return Pkcs11Session(module_->call(), *opened, generation_);
            if (opened.error().code != Code::kOverloaded || sessions_ == 0) return opened.error();
            crowded_until_ = std::chrono::steady_clock::now() + kCrowded;
        }
        if (given_back_.wait_until(lock, ends) == std::cv_status::timeout && (idle_.empty() || !connected_))
            return fail(Code::kOverloaded, "every session with the token is busy");
    }
}

void Pkcs11Token::give_back(const Pkcs11Session& session, bool sound) noexcept {
    const std::lock_guard lock(mutex_);
    if (session.lost()) connected_ = false;
    if (sound) {
        idle_.push_back(session.handle());  // room was made when it was opened
    } else {                                // an act may be unfinished in it, and would be in the next one's way
        module_->call().C_CloseSession(session.handle());
        --sessions_;
    }
    given_back_.notify_all();
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
    std::optional<CK_SLOT_ID> found;
    CK_TOKEN_INFO facts{};
    for (const CK_SLOT_ID slot : slots) {
        CK_TOKEN_INFO one{};
        if (call.C_GetTokenInfo(slot, &one) != CKR_OK || padded(one.label) != settings_.label) continue;
        if (found) return fail(Code::kUnavailable, "two tokens are called \"" + settings_.label + "\": take one away");
        found = slot;
        facts = one;
    }
    if (!found) return fail(Code::kUnavailable, "no token \"" + settings_.label + "\" is there");
    const std::string serial(padded(facts.serialNumber));
    if (!serial_.empty() && serial != serial_)
        return fail(Code::kUnavailable, "the token \"" + settings_.label + "\" is another one (serial number " +
                                            serial + ", it was " + serial_ + "): if that is meant, restart");
    if ((facts.flags & CKF_USER_PIN_LOCKED) != 0) return pkcs11_error(CKR_PIN_LOCKED, "log in");
    if ((facts.flags & CKF_USER_PIN_FINAL_TRY) != 0)
        return fail(Code::kDenied, "the token \"" + settings_.label +
                                       "\" locks itself at the next wrong PIN: log in once with its own tool");
    serial_ = serial;
    const CK_ULONG most = facts.ulMaxRwSessionCount;
    const bool bounded = most != CK_EFFECTIVELY_INFINITE && most != CK_UNAVAILABLE_INFORMATION;
    // One holds the login.
    most_sessions_ = bounded && most > 1 ? std::min<std::size_t>(most - 1, kMostSessions) : kMostSessions;
    return *found;
}

Result<CK_SESSION_HANDLE> Pkcs11Token::open_session() {
    CK_SESSION_HANDLE session = 0;
    const CK_RV done =
        module_->call().C_OpenSession(slot_, CKF_SERIAL_SESSION | CKF_RW_SESSION, nullptr, nullptr, &session);
    if (done != CKR_OK && done != CKR_SESSION_COUNT) connected_ = false;  // whatever it calls its trouble
    if (done != CKR_OK) return pkcs11_error(done, "open a session");
    ++sessions_;
    idle_.reserve(sessions_ + 1);
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
    auto error = pkcs11_error(done, "log in");
    // Makers have many words for a wrong PIN, and each try counts: only trouble that counted none is tried again.
    if (!is_trouble(done) || counts_wrong_pins()) error.code = Code::kDenied;
    return error;
}

bool Pkcs11Token::counts_wrong_pins() const {
    CK_TOKEN_INFO facts{};
    constexpr CK_FLAGS kCounted = CKF_USER_PIN_COUNT_LOW | CKF_USER_PIN_FINAL_TRY | CKF_USER_PIN_LOCKED;
    return module_->call().C_GetTokenInfo(slot_, &facts) == CKR_OK && (facts.flags & kCounted) != 0;
}

}  // namespace storage::keys
