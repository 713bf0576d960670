#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "gateway/app/settings.hpp"
#include "policy/result.hpp"
#include "policy/time.hpp"
#include "storage/async/blocking_pool.hpp"
#include "storage/async/deadline.hpp"
#include "storage/catalogue/catalogue.hpp"
#include "storage/objects/memory_budget.hpp"
#include "storage/objects/object_store.hpp"

namespace gateway::app {

/// residency_faults(), and what the bucket itself says now, asked over a connection of its own: each fault as a
/// sentence. Errors: the store's.
boost::asio::awaitable<policy::Result<std::vector<std::string>>> look_at_places(const Settings& settings,
                                                                                storage::async::BlockingPool& pool,
                                                                                storage::objects::MemoryBudget& memory,
                                                                                policy::Date today,
                                                                                storage::async::Deadline deadline);

/// The number of the place that `store` writes to now (storage::catalogue::Residency::note_place()).
boost::asio::awaitable<policy::Result<std::int32_t>> present_place(const Settings& settings,
                                                                   const storage::objects::ObjectStore& store,
                                                                   storage::catalogue::Catalogue& catalogue,
                                                                   storage::async::Deadline deadline);

}  // namespace gateway::app
