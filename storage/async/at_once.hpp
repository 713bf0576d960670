#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <functional>

#include "policy/result.hpp"
#include "storage/async/deadline.hpp"

namespace storage::async {

enum class AfterError { kStop, kGoOn };

/// Runs step(0) .. step(count - 1), at most `jobs` at once on the caller's executor, and waits for all of them. The
/// first error is the outcome; with kStop no further step starts after it. Past the deadline none starts, and the
/// outcome is kDeadline unless there was an error. After an exception of a step none starts, and it comes out of the
/// co_await.
boost::asio::awaitable<policy::Result<void>> run_at_once(
    std::size_t count, unsigned jobs, AfterError after_error, Deadline deadline,
    std::function<boost::asio::awaitable<policy::Result<void>>(std::size_t)> step);

}  // namespace storage::async
