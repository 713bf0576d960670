#pragma once

#include <boost/asio/awaitable.hpp>
#include <variant>

#include "gateway/auth/principal.hpp"
#include "gateway/http/request.hpp"
#include "gateway/http/response.hpp"
#include "gateway/recordings/services.hpp"
#include "policy/access.hpp"
#include "storage/audit/entry.hpp"

namespace gateway::recordings {

/// A caller whom policy lets do something that concerns no single recording.
struct Admitted {
    auth::Principal principal;
    policy::Request asked;
    policy::Permit permit;
};

/// Identifies the caller and decides. A denial or step-up is in the log, as `log_as`, before it is answered. The permit
/// is not: whoever is admitted writes what they did.
boost::asio::awaitable<std::variant<Admitted, http::Response>> admit_caller(Services& services, http::Request& request,
                                                                            policy::Action action,
                                                                            storage::audit::Action log_as);

/// Answers a decision that is no permit, once `denied` (an entry with Outcome::kDeny) is in the log with the reason.
boost::asio::awaitable<http::Response> turn_away(Services& services, const http::Request& request,
                                                 policy::Decision decision, storage::audit::Entry denied);

/// An entry about what an admitted caller does, now.
storage::audit::Entry permitted_entry(const Services& services, const auth::Principal& principal,
                                      storage::audit::Action action);

}  // namespace gateway::recordings
