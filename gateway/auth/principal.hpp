#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "policy/access.hpp"
#include "policy/time.hpp"

namespace gateway::auth {

/// How the caller proved who they are.
enum class PrincipalKind {
    kToken,        ///< A certificate-bound access token of a configured issuer.
    kCertificate,  ///< A client certificate that the configuration maps.
    kLocal,        ///< A user of this machine, over the Unix socket.
    kBrowser,      ///< A person who signed in, by the cookie of their browser.
};

std::string_view name_of(PrincipalKind kind);  ///< "token", "certificate", "local", "browser".

/// What a play lives with. `id` is a MAC, so it may stand in the catalogue; it names nobody.
struct Session {
    std::array<std::byte, 32> id{};
    policy::Instant started{};  ///< A revocation of its subject from then on counts for it.
    /// When it ends by itself; nothing for a certificate or a local user, whose session is their registration.
    std::optional<policy::Instant> expires;
    /// Whether DELETE /session can end it for good. A certificate's or local user's session would come back by itself:
    /// those are ended in the configuration.
    bool revocable = false;
    /// How long its end must be remembered, so that no token of it comes in again. Counts for revocable ones.
    policy::Instant remember_until{};
};

/// Who is asking, as far as this request proved it: values only, no name. What they may do is policy::may's business.
struct Principal {
    policy::Subject subject;  ///< Pseudonym, roles, teams, second factor.
    PrincipalKind kind = PrincipalKind::kToken;
    std::optional<std::string> sender;  ///< The configured [[sender]] that this caller pushes as.
    std::string issuer;                 ///< Where a person signed in, by its URL; empty for other kinds.
    Session session;
};

}  // namespace gateway::auth
