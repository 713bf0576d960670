#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <optional>
#include <utility>

namespace gateway::app {

/// Runs one coroutine to its end in the calling thread and gives its value: for the start of the server and for
/// commands. Never call it on a loop thread.
template <class T>
T wait_for(boost::asio::awaitable<T> coroutine) {
    boost::asio::io_context loop(1);
    std::exception_ptr thrown;
    std::optional<T> value;
    boost::asio::co_spawn(loop, std::move(coroutine), [&](std::exception_ptr error, T result) {
        thrown = std::move(error);
        if (!thrown) value.emplace(std::move(result));
    });
    loop.run();
    if (thrown) std::rethrow_exception(thrown);
    return std::move(*value);
}

}  // namespace gateway::app
