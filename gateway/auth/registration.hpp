#pragma once

#include <sys/types.h>

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gateway/http/peer.hpp"
#include "policy/access.hpp"

namespace gateway::auth {

/// What the configuration grants to one certificate or one user of the machine.
struct Grant {
    std::optional<std::string> sender;  ///< Pushes as this [[sender]]; then the role is recorder and nothing else.
    std::vector<policy::Role> roles;
    std::vector<std::string> teams;
    bool second_factor = false;  ///< Local users only: the machine's login asked for two factors.
};

/// The client certificates that the configuration knows. The TLS handshake has verified chain, dates and usage before;
/// here only decides who it is. A fingerprint wins over a subject.
/// Thread safety: filled first, then only read.
class CertificateRegistry {
  public:
    void add_fingerprint(const http::Sha256& certificate, Grant grant);
    /// `subject`: the whole name in RFC 2253 text, compared byte for byte ("CN=pbx-1,O=Example").
    /// `authority`: SHA-256 of the trust anchor that must have vouched for it; two authorities may name anybody alike.
    void add_subject(const http::Sha256& authority, std::string subject, Grant grant);

    const Grant* find(const http::PeerCertificate& certificate) const;  ///< nullptr: not registered.

  private:
    std::map<http::Sha256, Grant> by_fingerprint_;
    std::map<std::pair<http::Sha256, std::string>, Grant> by_subject_;
};

/// The users of this machine that the configuration knows, by uid. Thread safety: filled first, then only read.
using LocalUsers = std::map<uid_t, Grant>;

}  // namespace gateway::auth
