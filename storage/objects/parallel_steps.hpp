#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <functional>

#include "policy/result.hpp"
#include "storage/async/blocking_pool.hpp"
#include "storage/async/deadline.hpp"

namespace storage::objects {

/// Runs step(0) .. step(count - 1) on the pool, at most `jobs` at once, and waits for all of them. An error does not
/// stop the others; the first one is the outcome. Past the deadline no further step starts, and the outcome is
/// kDeadline. Steps should be short (tens of milliseconds): other work of the pool comes in between.
boost::asio::awaitable<policy::Result<void>> run_steps(async::BlockingPool& pool, std::size_t count, unsigned jobs,
                                                       async::Deadline deadline,
                                                       std::function<policy::Result<void>(std::size_t)> step);

}  // namespace storage::objects
