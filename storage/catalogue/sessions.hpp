#pragma once

#include <optional>
#include <string>
#include <vector>

#include "storage/catalogue/types.hpp"

namespace storage::catalogue {

class Pool;

/// What the identity provider said when a person signed in, and when they said so. No name.
struct Login {
    std::string issuer;
    std::string subject;           ///< A pseudonym.
    std::optional<Mac> login_mac;  ///< Of the issuer's own id of the login.
    std::vector<std::string> roles;
    std::vector<std::string> teams;
    bool second_factor = false;
    std::optional<policy::Instant> auth_time;
};

/// A session of a person's browser.
struct BrowserSession {
    Mac id{};  ///< Random; what plays and revocations know it by.
    Login login;
    policy::Instant opened_at;
    policy::Instant expires_at;  ///< Whatever is done until then.
};

/// Sessions of browsers, and revoked ones of any kind. A revocation lives until no token of the session can be good any
/// more, a session until it expires. Cookies are known by their SHA-256 only.
class Sessions {
  public:
    explicit Sessions(Pool& pool) : pool_(pool) {}

    /// A person signed in, which they began at `begun`. False: since then their provider has said that this login, or
    /// all of theirs, is over; for one of no known login, that any of theirs is.
    Answer<bool> open(BrowserSession opened, Mac cookie_hash, policy::Instant begun, EntryBytes entry,
                      Deadline deadline);

    /// The same person proved themselves again: `before` stops being its cookie, `cookie_hash` is it now; the session
    /// with its plays and its end stays. False: there is no such session of that person, or it was idle since
    /// `idle_since`, is revoked or over.
    Answer<bool> renew(Mac before, Mac cookie_hash, const Login& login, policy::Instant now, policy::Instant idle_since,
                       EntryBytes entry, Deadline deadline);

    /// The session of a cookie, unless it is over or was idle since `idle_since`; says it was seen now, once a minute.
    /// Whether it was revoked by itself says revoked().
    Answer<std::optional<BrowserSession>> use(Mac cookie_hash, policy::Instant now, policy::Instant idle_since,
                                              Deadline deadline);

    /// Logout: the session opens and renews no play any more. `expires`: when it may be forgotten. Repeating it is
    /// harmless (and writes its entry again).
    Answer<void> revoke(Mac session, policy::Instant expires, EntryBytes entry, Deadline deadline);

    /// The issuer says that a login is over: all its sessions are, those of tokens too, and those in browsers of
    /// `subject` (empty: not told) that the issuer gave no login and that started, or whose sign-in began, before then.
    /// The ids of those that there are.
    Answer<std::vector<Mac>> end_login(Mac login_mac, const std::string& subject, policy::Instant started_before,
                                       policy::Instant expires, EntryBytes entry, Deadline deadline);

    /// A lost role or a stolen device: every session of the subject that started before now, until `expires`. The ids
    /// of those in browsers.
    Answer<std::vector<Mac>> revoke_subject(const std::string& subject, policy::Instant started_before,
                                            policy::Instant expires, EntryBytes entry, Deadline deadline);

    /// Whether the session is revoked, by itself or with its subject.
    Answer<bool> revoked(Mac session, const std::string& subject, policy::Instant started, Deadline deadline);

    /// Forgets what has ended; how much.
    Answer<std::int64_t> forget_expired(policy::Instant now, Deadline deadline);

  private:
    Pool& pool_;
};

}  // namespace storage::catalogue
