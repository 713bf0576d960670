#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <functional>

#include "policy/result.hpp"

namespace storage::async {

/// Runs step(0) .. step(count - 1), at most `jobs` at once on the caller's executor, and waits for all of them. After
/// an error no further step starts; the first one is the outcome. An exception of a step comes out of the co_await.
boost::asio::awaitable<policy::Result<void>> run_at_once(
    std::size_t count, unsigned jobs, std::function<boost::asio::awaitable<policy::Result<void>>(std::size_t)> step);

}  // namespace storage::async
