#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <optional>
#include <string>

#include "gateway/auth/authenticator.hpp"
#include "gateway/auth/browser_session.hpp"
#include "gateway/observe/clock.hpp"
#include "gateway/recordings/play_registry.hpp"
#include "gateway/recordings/services.hpp"
#include "storage/audit/word.hpp"
#include "storage/catalogue/catalogue.hpp"

namespace gateway::signin {

/// Sessions of browsers as the catalogue has them. What it refers to must outlive it; `patience` is for one question.
auth::SessionLookup session_lookup(storage::catalogue::Catalogue& catalogue, const observe::Clock& clock,
                                   std::chrono::milliseconds patience);

/// Ends the caller's session: here at once, elsewhere with the next lease, and no token or cookie of it counts any
/// more. `reason`: nothing when they asked for it.
boost::asio::awaitable<policy::Result<void>> end_session(recordings::Services& services,
                                                         recordings::PlayRegistry& plays, auth::Principal principal,
                                                         std::optional<storage::audit::Word> reason = std::nullopt);

/// What is kept of a person's login at that issuer.
storage::catalogue::Login login_of(const auth::Person& person, const std::string& issuer);

}  // namespace gateway::signin
