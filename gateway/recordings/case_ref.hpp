#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>

#include "gateway/recordings/services.hpp"
#include "policy/result.hpp"
#include "storage/audit/entry.hpp"

namespace gateway::recordings {

/// The id under which a case number (or a hold's matter) lies sealed in the directory; written when it is new. The same
/// number has the same id, which is a MAC and tells nothing. The log and the other tables cite the id only.
/// `kind`: "case", "matter", "owner" (who answers for a hold) or "notice" (a letter that was sent).
boost::asio::awaitable<policy::Result<storage::audit::CaseId>> case_id(Services& services, std::string kind,
                                                                       std::string number);

/// The number that lies under an id of case_id(). kNotFound: none.
boost::asio::awaitable<policy::Result<std::string>> case_text(Services& services, std::string kind, std::string id);

}  // namespace gateway::recordings
