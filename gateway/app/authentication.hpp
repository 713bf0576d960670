#pragma once

#include <memory>
#include <string>
#include <vector>

#include "gateway/app/settings.hpp"
#include "gateway/auth/authenticator.hpp"
#include "policy/result.hpp"

namespace gateway::app {

/// The registrations that the configuration describes, with the key sets read, authorities' certificates hashed and
/// local users looked up. Reads files; blocks. kInvalid names what cannot be used: a key set, a certificate, a user
/// that does not exist.
policy::Result<auth::Registrations> registrations_of(const Settings& settings);

}  // namespace gateway::app
