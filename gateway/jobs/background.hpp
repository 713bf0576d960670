#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "gateway/observe/log.hpp"
#include "gateway/observe/metrics.hpp"
#include "policy/result.hpp"

namespace gateway::jobs {

/// Everything that runs without a request: each task is a step that is called again and again. Owns the coroutines and
/// waits for them.
///
/// A step that fails is logged, counted, and called again after a back-off that doubles from 1 s up to 1 min. An
/// exception counts as a failure.
///
/// Thread safety: add() before start(); stop() from a thread that is no loop, once.
class Background {
  public:
    static constexpr std::chrono::milliseconds kLongestBackOff{60'000};
    /// Does one step and says after how long it wants to be called again.
    using Step = std::function<boost::asio::awaitable<policy::Result<std::chrono::milliseconds>>()>;

    Background(boost::asio::any_io_executor executor, observe::Log& log, observe::Registry& metrics)
        : executor_(std::move(executor)), log_(log), metrics_(metrics) {}
    ~Background();
    Background(const Background&) = delete;
    Background& operator=(const Background&) = delete;

    /// `longest_back_off`: for steps that others wait for.
    void add(std::string name, Step step, std::chrono::milliseconds longest_back_off = kLongestBackOff);
    void start();
    /// No further step is begun; waits until those under way have ended (each has its own deadlines).
    void stop();

  private:
    struct Task {
        std::string name;
        Step step;
        std::chrono::milliseconds longest_back_off{};
        std::shared_ptr<boost::asio::steady_timer> timer;
    };
    boost::asio::awaitable<void> run(Task& task);
    boost::asio::awaitable<std::chrono::milliseconds> step(Task& task, std::chrono::milliseconds back_off);
    void ended();

    boost::asio::any_io_executor executor_;
    observe::Log& log_;
    observe::Registry& metrics_;
    std::vector<std::unique_ptr<Task>> tasks_;
    std::mutex mutex_;
    std::condition_variable all_ended_;
    std::size_t running_ = 0;
    bool stopping_ = false;
};

}  // namespace gateway::jobs
