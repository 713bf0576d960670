#pragma once

#include "gateway/auth/authenticator.hpp"
#include "gateway/auth/browser_session.hpp"
#include "gateway/observe/clock.hpp"
#include "storage/catalogue/catalogue.hpp"

namespace gateway::signin {

/// Sessions of browsers as the catalogue has them. What it refers to must outlive it; `patience` is for one question.
auth::SessionLookup session_lookup(storage::catalogue::Catalogue& catalogue, const observe::Clock& clock,
                                   std::chrono::milliseconds patience);

/// What is kept of a person's login at that issuer.
storage::catalogue::Login login_of(const auth::Person& person, const std::string& issuer);

}  // namespace gateway::signin
