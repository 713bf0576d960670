#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>
#include <variant>
#include <vector>

#include "gateway/auth/principal.hpp"
#include "gateway/http/problem.hpp"
#include "gateway/http/request.hpp"
#include "gateway/http/response.hpp"
#include "gateway/recordings/services.hpp"
#include "policy/access.hpp"
#include "policy/fault.hpp"
#include "storage/audit/entry.hpp"

namespace gateway::recordings {

/// The caller, or the answer that turns them away (401, 503): nobody known is counted, a revoked session is logged.
/// Sets the request's actor for the access line.
boost::asio::awaitable<std::variant<auth::Principal, http::Response>> identify(Services& services,
                                                                               http::Request& request);

/// The caller as the audit log names them.
storage::audit::Actor actor_of(const auth::Principal& principal);

/// Writes an entry that belongs to no act of the catalogue (a denial, a read). False: it is not durable, so nothing may
/// be answered but unavailable() (rule 44: a missing audit write means no bytes).
boost::asio::awaitable<policy::Result<void>> record(Services& services, storage::audit::Entry entry);

/// An audit entry in the bytes that the catalogue takes.
storage::catalogue::EntryBytes entry_bytes(const storage::audit::Entry& entry);

/// policy::Request of this moment: clock and local day filled in.
policy::Request asked_now(const Services& services);

/// 422 with every fault. `code`: "metadata-refused", "body-refused", "audio-refused".
http::Response refused(const http::Request& request, std::string code, std::string title,
                       const std::vector<policy::Fault>& faults);

/// The answer to a denied or stepped-up decision (not to a Permit): 404 for concealed ones, 403 with the reason's
/// sentence, 401 with the challenge of RFC 9470.
http::Response turned_away(const Services& services, const http::Request& request, const policy::Decision& decision);

/// The answer to a failure of a part behind us: kUnavailable and the like by the table, everything unexpected is logged
/// with its text under the request's id first.
http::Response failed(Services& services, const http::Request& request, const policy::Error& error);

}  // namespace gateway::recordings
