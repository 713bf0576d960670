#pragma once

#include <boost/json/object.hpp>
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "policy/access.hpp"
#include "policy/result.hpp"
#include "policy/time.hpp"

namespace gateway::auth {

/// Where one issuer puts what we need to know. A claim's name is that of a top-level claim ("roles",
/// "https://example.org/roles"), or a JSON Pointer when it starts with a slash ("/realm_access/roles"). An empty name
/// means that the issuer has no such claim. Lists may be arrays of texts or one text with spaces between (like
/// `scope`).
struct ClaimMapping {
    std::string subject = "sub";
    std::string roles = "roles";
    std::map<std::string, policy::Role, std::less<>> role_names;  ///< Theirs -> ours. Any other name is no role.
    std::string teams = "teams";
    std::string sender;  ///< The name of a configured [[sender]].
    std::string session = "sid";
    std::vector<std::string> acr;  ///< Values of `acr` that mean a second factor was used.
    std::vector<std::string> amr;  ///< Values of `amr` one of which means the same.
};

/// What a token's claims say, read by one issuer's mapping. Missing means no: no roles, no teams, no second factor.
struct Identity {
    std::string subject;  ///< The issuer's id of the person or program. Personal data: never logged.
    std::vector<policy::Role> roles;
    std::vector<std::string> teams;
    std::optional<std::string> sender;
    std::optional<std::string> session;
    policy::Mfa mfa;
};

/// Reads the claims of a verified token. `auth_time` counts only when it is a number above 0 that is not later than now
/// (`skew` tolerated). Errors: kTokenClaims (refusal.hpp) when there is no subject, or a claim has a type that it
/// cannot have. Thread safety: a pure function.
policy::Result<Identity> map_claims(const boost::json::object& claims, const ClaimMapping& mapping, policy::Instant now,
                                    std::chrono::seconds skew);

}  // namespace gateway::auth
