#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>
#include <vector>

#include "gateway/app/settings.hpp"
#include "policy/result.hpp"
#include "policy/time.hpp"
#include "storage/async/blocking_pool.hpp"
#include "storage/async/deadline.hpp"
#include "storage/objects/memory_budget.hpp"

namespace gateway::app {

/// residency_faults(), and what the bucket itself says now, asked over a connection of its own: each fault as a
/// sentence. Errors: the store's.
boost::asio::awaitable<policy::Result<std::vector<std::string>>> look_at_places(const Settings& settings,
                                                                                storage::async::BlockingPool& pool,
                                                                                storage::objects::MemoryBudget& memory,
                                                                                policy::Date today,
                                                                                storage::async::Deadline deadline);

}  // namespace gateway::app
