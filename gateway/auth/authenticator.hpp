#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "gateway/auth/browser_session.hpp"
#include "gateway/auth/claim_mapping.hpp"
#include "gateway/auth/key_source.hpp"
#include "gateway/auth/openid_client.hpp"
#include "gateway/auth/principal.hpp"
#include "gateway/auth/pseudonyms.hpp"
#include "gateway/auth/registration.hpp"
#include "gateway/auth/token.hpp"
#include "gateway/http/request.hpp"
#include "gateway/observe/clock.hpp"
#include "policy/result.hpp"

namespace gateway::auth {

/// One issuer of tokens.
struct Issuer {
    TokenRules rules;  ///< Of its access tokens.
    ClaimMapping claims;
    std::shared_ptr<KeySource> keys;
    std::shared_ptr<OpenIdClient> client;  ///< Null: nobody signs in there.
};

/// Everything that the configuration says about who may come in. Immutable; replaced as a whole on reload.
struct Registrations {
    std::vector<Issuer> issuers;
    CertificateRegistry certificates;
    LocalUsers local_users;
    std::set<std::string, std::less<>> senders;  ///< Names of the configured [[sender]] entries.
    std::string origin;                          ///< Of our pages ("https://calls.example"); empty: there are none.
};

/// The issuer of that name that people sign in at; nullptr when there is none. Lives as long as `registrations`.
const Issuer* find_sign_in(const Registrations& registrations, std::string_view name);

/// A person as their provider describes them at sign-in.
struct Person {
    policy::Subject subject;
    std::optional<Mac> login;  ///< Of the provider's own id of the login; also the session id of its tokens.
};

/// A login that a provider says is over: itself, or all of a subject's that began until `issued_at`.
struct EndedLogin {
    std::optional<Mac> login;
    std::string subject;  ///< A pseudonym; empty when they told a `login` and not whose.
    policy::Instant issued_at{};
};

/// What a look for newer keys found.
struct KeyReload {
    bool lost_a_key = false;              ///< An issuer took a key back: what it signed counts no more.
    std::optional<policy::Error> failed;  ///< The first source that could not be read; the others were.
};

/// Says who sends a request. With an Authorization header the token alone decides, bound (RFC 8705) to the client
/// certificate of this very connection; without one, the session cookie; then the client certificate; on the Unix
/// socket, the user's uid.
/// Nothing that is presented and bad is ever passed over in favour of something else.
///
/// Thread safety: authenticate() from any loop; replace() from any thread.
/// Lifetime:      must outlive every awaitable it returned.
class Authenticator {
  public:
    /// `clock` must outlive the authenticator. `actor_mac` is under the vault's pseudonym key, `session_mac` under its
    /// session key. Without `sessions` no cookie counts.
    Authenticator(Registrations registrations, MacFunction actor_mac, MacFunction session_mac,
                  const observe::Clock& clock, SessionLookup sessions = {});

    /// The caller. Errors: refusals (refusal.hpp): kUnauthenticated, or kUnavailable when keys or vault do not answer.
    boost::asio::awaitable<policy::Result<Principal>> authenticate(const http::Request& request);

    /// Who signed in at `issuer`, by the ID token that it gave us. Errors: refusals. What `issuer` is of must be kept
    /// by the caller.
    boost::asio::awaitable<policy::Result<Person>> sign_in(const Issuer& issuer, std::string id_token,
                                                           std::string nonce);

    /// What a logout token of `issuer` ends. Errors: refusals.
    boost::asio::awaitable<policy::Result<EndedLogin>> sign_out(const Issuer& issuer, std::string logout_token);

    /// The registrations in force.
    std::shared_ptr<const Registrations> registrations() const;

    /// The configuration was reloaded: applies to requests from now on. Issuers that stay keep the keys that were
    /// fetched.
    void replace(Registrations fresh_ones);

    /// Looks for newer keys of every issuer; what blocks runs on `pool`.
    boost::asio::awaitable<KeyReload> reload_keys(storage::async::BlockingPool& pool);

  private:
    using Snapshot = std::shared_ptr<const Registrations>;

    boost::asio::awaitable<policy::Result<Principal>> by_token(Snapshot now_valid, std::string authorization,
                                                               const http::Peer& peer);
    boost::asio::awaitable<policy::Result<Principal>> by_grant(Grant grant, PrincipalKind kind, std::string realm,
                                                               std::string subject);
    boost::asio::awaitable<policy::Result<Principal>> by_cookie(Snapshot now_valid, CookieHash cookie);
    boost::asio::awaitable<policy::Result<VerifiedToken>> verify(const Issuer& issuer, TokenRules rules,
                                                                 ParsedToken token);

    mutable std::mutex mutex_;
    Snapshot registrations_;
    Pseudonyms actors_;
    Pseudonyms sessions_;
    const observe::Clock& clock_;
    SessionLookup lookup_;
};

}  // namespace gateway::auth
