#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "gateway/auth/claim_mapping.hpp"
#include "gateway/auth/key_source.hpp"
#include "gateway/auth/principal.hpp"
#include "gateway/auth/pseudonyms.hpp"
#include "gateway/auth/registration.hpp"
#include "gateway/auth/token.hpp"
#include "gateway/http/request.hpp"
#include "gateway/observe/clock.hpp"
#include "policy/result.hpp"

namespace gateway::auth {

/// One issuer of access tokens.
struct Issuer {
    TokenRules rules;
    ClaimMapping claims;
    std::shared_ptr<KeySource> keys;
};

/// Everything that the configuration says about who may come in. Immutable; replaced as a whole on reload.
struct Registrations {
    std::vector<Issuer> issuers;
    CertificateRegistry certificates;
    LocalUsers local_users;
    std::set<std::string, std::less<>> senders;  ///< Names of the configured [[sender]] entries.
};

/// What a look for newer keys found.
struct KeyReload {
    bool lost_a_key = false;              ///< An issuer took a key back: what it signed counts no more.
    std::optional<policy::Error> failed;  ///< The first source that could not be read; the others were.
};

/// Says who sends a request. With an Authorization header the token alone decides, bound (RFC 8705) to the client
/// certificate of this very connection; without one, the client certificate; on the Unix socket, the user's uid.
/// Nothing that is presented and bad is ever passed over in favour of something else.
///
/// Thread safety: authenticate() from any loop; replace() from any thread.
/// Lifetime:      must outlive every awaitable it returned.
class Authenticator {
  public:
    /// `clock` must outlive the authenticator. `actor_mac` is under the vault's pseudonym key, `session_mac` under its
    /// session key.
    Authenticator(Registrations registrations, MacFunction actor_mac, MacFunction session_mac,
                  const observe::Clock& clock);

    /// The caller. Errors: refusals (refusal.hpp): kUnauthenticated, or kUnavailable when keys or vault do not answer.
    boost::asio::awaitable<policy::Result<Principal>> authenticate(const http::Request& request);

    /// The configuration was reloaded: applies to requests from now on. Issuers that stay keep the keys that were
    /// fetched.
    void replace(Registrations registrations);

    /// Looks for newer keys of every issuer; what blocks runs on `pool`.
    boost::asio::awaitable<KeyReload> reload_keys(storage::async::BlockingPool& pool);

  private:
    using Snapshot = std::shared_ptr<const Registrations>;

    boost::asio::awaitable<policy::Result<Principal>> by_token(Snapshot now_valid, std::string authorization,
                                                               const http::Peer& peer);
    boost::asio::awaitable<policy::Result<Principal>> by_grant(Grant grant, PrincipalKind kind, std::string realm,
                                                               std::string subject);
    boost::asio::awaitable<policy::Result<VerifiedToken>> verify(const Issuer& issuer, ParsedToken token);
    Snapshot snapshot() const;

    mutable std::mutex mutex_;
    Snapshot registrations_;
    Pseudonyms actors_;
    Pseudonyms sessions_;
    const observe::Clock& clock_;
};

}  // namespace gateway::auth
