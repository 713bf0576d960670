#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace tests {

/// Runs one coroutine to its end on a loop of its own and gives its value. What the coroutine refers to must outlive
/// the call.
template <class T>
T await(boost::asio::awaitable<T> coroutine) {
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

inline void await(boost::asio::awaitable<void> coroutine) {
    boost::asio::io_context loop(1);
    std::exception_ptr thrown;
    boost::asio::co_spawn(loop, std::move(coroutine), [&](std::exception_ptr error) { thrown = std::move(error); });
    loop.run();
    if (thrown) std::rethrow_exception(thrown);
}

/// Runs them all at once, spread over `threads` loops as in the server; values in the order given.
template <class T>
std::vector<T> await_all(std::vector<boost::asio::awaitable<T>> coroutines, unsigned threads = 2) {
    std::vector<std::optional<T>> values(coroutines.size());
    std::vector<std::exception_ptr> thrown(coroutines.size());
    std::vector<std::thread> running;
    for (unsigned t = 0; t < threads; ++t) {
        running.emplace_back([&, t] {
            boost::asio::io_context loop(1);
            for (std::size_t i = t; i < coroutines.size(); i += threads) {
                boost::asio::co_spawn(loop, std::move(coroutines[i]), [&, i](std::exception_ptr error, T result) {
                    thrown[i] = std::move(error);
                    if (!thrown[i]) values[i].emplace(std::move(result));
                });
            }
            loop.run();
        });
    }
    for (auto& thread : running) thread.join();
    std::vector<T> out;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (thrown[i]) std::rethrow_exception(thrown[i]);
        out.push_back(std::move(*values[i]));
    }
    return out;
}

}  // namespace tests
