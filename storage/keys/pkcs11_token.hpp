#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "policy/result.hpp"
#include "storage/keys/pkcs11_module.hpp"

namespace storage::keys {

/// Which token, and what opens it.
struct Pkcs11TokenSettings {
    std::filesystem::path module;    ///< The library of its maker.
    std::string label;               ///< The token's, as its own tool set it.
    std::filesystem::path pin_file;  ///< The user's PIN on one line; of this user, 0600.
};

/// A session with a token, for one act.
class Pkcs11Session {
  public:
    Pkcs11Session(const CK_FUNCTION_LIST& functions, CK_SESSION_HANDLE handle, std::uint64_t generation)
        : functions_(functions), handle_(handle), generation_(generation) {}

    const CK_FUNCTION_LIST& call() const noexcept { return functions_; }
    CK_SESSION_HANDLE handle() const noexcept { return handle_; }
    /// Grows whenever the token was opened anew: handles of objects are good for one generation.
    std::uint64_t generation() const noexcept { return generation_; }

    /// Success, or the error of `value`; remembers that something failed, and when session, login or token are lost.
    policy::Result<void> check(CK_RV value, const char* act);
    bool lost() const noexcept { return lost_; }
    bool failed() const noexcept { return failed_; }

  private:
    const CK_FUNCTION_LIST& functions_;
    CK_SESSION_HANDLE handle_;
    std::uint64_t generation_;
    bool lost_ = false;
    bool failed_ = false;
};

/// A token, found by its label and logged in to once; its sessions are kept and shared. When it was lost (pulled out,
/// started anew, another's logout), the next act finds and opens it again.
///
/// Thread safety: any number of threads. Each call of the module blocks for as long as the token likes.
class Pkcs11Token {
  public:
    /// Finds the token and logs in. kNotFound and kInvalid: the module or the PIN file. kDenied: the PIN, which is
    /// never tried a second time. kUnavailable: no such token is there.
    static policy::Result<std::unique_ptr<Pkcs11Token>> open(const Pkcs11TokenSettings& settings);
    ~Pkcs11Token();
    Pkcs11Token(const Pkcs11Token&) = delete;
    Pkcs11Token& operator=(const Pkcs11Token&) = delete;

    /// What `act` (Result<T>(Pkcs11Session&)) gives; once more in a new session when the first one was lost. So an act
    /// that makes something may have made it twice. kOverloaded: every session was busy for five seconds.
    template <class Act>
    auto with_session(Act act) -> decltype(act(std::declval<Pkcs11Session&>())) {
        for (int attempt = 0;; ++attempt) {
            const auto taken = take();
            if (taken.has_error()) return taken.error();
            Borrowed borrowed(*this, *taken);
            auto result = act(borrowed.session);
            borrowed.ended = true;
            if (!borrowed.session.lost() || attempt == 1) return result;
        }
    }

    const std::string& label() const noexcept { return settings_.label; }

  private:
    /// A session that goes back however the act ends; one that an exception left goes back as failed.
    struct Borrowed {
        Borrowed(Pkcs11Token& of, Pkcs11Session lent) : token(of), session(lent) {}
        ~Borrowed() { token.give_back(session, ended && !session.failed()); }
        Borrowed(const Borrowed&) = delete;
        Borrowed& operator=(const Borrowed&) = delete;
        Pkcs11Token& token;
        Pkcs11Session session;
        bool ended = false;
    };

    Pkcs11Token(Pkcs11TokenSettings settings, std::shared_ptr<Pkcs11Module> module);
    policy::Result<Pkcs11Session> take();
    bool all_are_back() const noexcept { return sessions_ == idle_.size(); }
    void give_back(const Pkcs11Session& session, bool sound) noexcept;
    void close_idle();
    policy::Result<void> connect();
    policy::Result<CK_SLOT_ID> find_slot();
    policy::Result<void> log_in(CK_SESSION_HANDLE session);
    bool counts_wrong_pins() const;
    policy::Result<CK_SESSION_HANDLE> open_session();

    const Pkcs11TokenSettings settings_;
    const std::shared_ptr<Pkcs11Module> module_;
    std::mutex mutex_;
    std::condition_variable given_back_;
    bool connected_ = false;
    std::uint64_t generation_ = 0;
    CK_SLOT_ID slot_ = 0;
    std::string serial_;  ///< Of the token that was opened first: a clone with its label is another one.
    std::size_t most_sessions_ = 0;
    std::chrono::steady_clock::time_point crowded_until_;  ///< Others had the rest of its sessions a moment ago.
    std::optional<CK_SESSION_HANDLE> login_;  ///< Never used, never closed: the login lasts as long as a session does.
    std::size_t sessions_ = 0;                ///< Open ones, idle or taken.
    std::vector<CK_SESSION_HANDLE> idle_;
    std::optional<policy::Error> refused_;            ///< The PIN was.
    std::optional<policy::Error> failed_;             ///< The last attempt to connect did...
    std::chrono::steady_clock::time_point tried_at_;  ///< ...at that time.
};

}  // namespace storage::keys
