#include "storage/async/at_once.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <chrono>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "storage/async/signal.hpp"

namespace storage::async {

namespace asio = boost::asio;
using asio::awaitable;
using policy::Result;

namespace {

struct Batch {
    std::size_t count;
    AfterError after_error;
    Deadline deadline;
    std::function<awaitable<Result<void>>(std::size_t)> step;
    std::shared_ptr<Signal> done;
    std::size_t workers;

    std::mutex mutex;
    std::size_t next = 0;
    Result<void> outcome = Result<void>();
    std::exception_ptr thrown;

    std::optional<std::size_t> take() {
        const bool in_time = std::chrono::steady_clock::now() < deadline;
        const std::scoped_lock lock(mutex);
        if (next == count || thrown || (!outcome && after_error == AfterError::kStop)) return std::nullopt;
        if (in_time) return next++;
        if (outcome) outcome = policy::fail(policy::Code::kDeadline, "time ran out before all steps had run");
        return std::nullopt;
    }

    void note(const Result<void>& result) {
        const std::scoped_lock lock(mutex);
        if (!result && outcome) outcome = result;
    }

    void worker_ended(std::exception_ptr error) {
        bool last = false;
        {
            const std::scoped_lock lock(mutex);
            if (error && !thrown) thrown = std::move(error);
            last = --workers == 0;
        }
        if (last) done->fire();
    }
};

awaitable<void> work(std::shared_ptr<Batch> batch) {
    while (const auto index = batch->take()) {
        const auto result = co_await batch->step(*index);
        batch->note(result);
    }
}

}  // namespace

awaitable<Result<void>> run_at_once(std::size_t count, unsigned jobs, AfterError after_error, Deadline deadline,
                                    std::function<awaitable<Result<void>>(std::size_t)> step) {
    if (count == 0) co_return Result<void>();
    const std::size_t workers = std::clamp<std::size_t>(jobs, 1, count);
    auto batch = std::make_shared<Batch>(count, after_error, deadline, std::move(step), Signal::make(), workers);
    const auto executor = co_await asio::this_coro::executor;
    // Each worker is waited for below: worker_ended() of the last one fires the signal.
    for (std::size_t i = 0; i < workers; ++i) {
        asio::co_spawn(executor, work(batch),
                       [batch](std::exception_ptr error) { batch->worker_ended(std::move(error)); });
    }
    co_await batch->done->wait(std::nullopt);
    if (batch->thrown) std::rethrow_exception(batch->thrown);
    co_return batch->outcome;
}

}  // namespace storage::async
