#pragma once

#include <boost/json/object.hpp>
#include <memory>

#include "gateway/auth/jwk_set.hpp"
#include "policy/result.hpp"

namespace gateway::auth {

/// The public key of one JWK for `algorithm`: RSA of 2048 to 8192 bits with an odd exponent above 65536, P-256 with
/// both coordinates of 32 bytes on the curve, Ed25519 of 32 bytes. The error says in words why it is no such key.
policy::Result<VerificationKey> import_public_key(const boost::json::object& jwk, Algorithm algorithm);

}  // namespace gateway::auth
