#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>
#include <vector>

#include "gateway/recordings/services.hpp"
#include "policy/result.hpp"

namespace gateway::jobs {

/// Rows whose seal is broken: nobody can open them, so their epoch key need not live for them. Keys as in
/// catalogue::SealedRow.
struct Unreadable {
    std::vector<std::string> secrets;
    std::vector<std::string> directory;
};

/// Seals every row that an older epoch sealed under the current one, page by page. A row that changed meanwhile is
/// found again next time. What cannot be opened is alarmed and passed over: the others do not wait for it.
boost::asio::awaitable<policy::Result<Unreadable>> reseal_old(recordings::Services& services);

}  // namespace gateway::jobs
