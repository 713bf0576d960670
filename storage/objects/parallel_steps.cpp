#include "storage/objects/parallel_steps.hpp"

#include <algorithm>
#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "storage/async/signal.hpp"

namespace storage::objects {

namespace asio = boost::asio;
using policy::Code;
using policy::Result;

namespace {

struct Batch {
    async::BlockingPool& pool;
    std::size_t count;
    async::Deadline deadline;
    std::function<Result<void>(std::size_t)> step;
    std::shared_ptr<async::Signal> done;
    std::size_t workers;

    std::mutex mutex;
    std::size_t next = 0;
    Result<void> outcome = Result<void>();
    std::exception_ptr thrown;

    void note(const Result<void>& result) {
        const std::scoped_lock lock(mutex);
        if (!result && outcome) outcome = result;
    }

    std::optional<std::size_t> take() {
        const bool in_time = std::chrono::steady_clock::now() < deadline;
        const std::scoped_lock lock(mutex);
        if (next == count) return std::nullopt;
        if (in_time) return next++;
        if (outcome) outcome = policy::fail(Code::kDeadline, "time ran out before all steps had run");
        return std::nullopt;
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

asio::awaitable<void> work(std::shared_ptr<Batch> batch) {
    while (const auto index = batch->take()) {
        const Result<void> result = co_await batch->pool.run([&batch, &index] { return batch->step(*index); });
        batch->note(result);
    }
}

}  // namespace

asio::awaitable<Result<void>> run_steps(async::BlockingPool& pool, std::size_t count, unsigned jobs,
                                        async::Deadline deadline, std::function<Result<void>(std::size_t)> step) {
    if (count == 0) co_return Result<void>();
    const std::size_t workers = std::clamp<std::size_t>(jobs, 1, count);
    auto batch = std::make_shared<Batch>(pool, count, deadline, std::move(step), async::Signal::make(), workers);
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

}  // namespace storage::objects
