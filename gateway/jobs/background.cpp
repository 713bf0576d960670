#include "gateway/jobs/background.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <utility>

namespace gateway::jobs {

using boost::asio::awaitable;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds kFirstBackOff{1000};

}  // namespace

Background::~Background() {
    stop();
}

void Background::add(std::string name, Step step, milliseconds longest_back_off) {
    auto task = std::make_unique<Task>();
    task->name = std::move(name);
    task->step = std::move(step);
    task->longest_back_off = longest_back_off;
    task->timer = std::make_shared<boost::asio::steady_timer>(executor_);
    tasks_.push_back(std::move(task));
}

void Background::start() {
    {
        const std::lock_guard lock(mutex_);
        running_ = tasks_.size();
    }
    for (auto& task : tasks_) {
        boost::asio::co_spawn(executor_, run(*task), [this](const std::exception_ptr&) { ended(); });
    }
}

void Background::ended() {
    const std::lock_guard lock(mutex_);
    --running_;
    all_ended_.notify_all();
}

void Background::stop() {
    std::unique_lock lock(mutex_);
    stopping_ = true;
    for (auto& task : tasks_) {
        boost::asio::post(executor_, [timer = task->timer] { timer->cancel(); });
    }
    all_ended_.wait(lock, [this] { return running_ == 0; });
}

awaitable<milliseconds> Background::step(Task& task, milliseconds back_off) {
    std::string why;
    try {
        const auto again = co_await task.step();
        if (again.has_value()) co_return *again;
        why = std::string(policy::name_of(again.error().code)) + ": " + again.error().what;
    } catch (const std::exception& thrown) {
        why = thrown.what();
    }
    log_.warning("job.failed", {{"job", task.name}, {"what", why}, {"again_in_ms", back_off.count()}});
    metrics_.counter("callvault_job_failures_total", "Steps of background jobs that failed.", {{"job", task.name}})
        .add();
    co_return milliseconds{-1};
}

awaitable<void> Background::run(Task& task) {
    milliseconds back_off = kFirstBackOff;
    while (true) {
        {
            const std::lock_guard lock(mutex_);
            if (stopping_) co_return;
        }
        auto wait = co_await step(task, back_off);
        if (wait.count() < 0) {
            wait = std::min(back_off, task.longest_back_off);
            back_off = std::min(back_off * 2, kLongestBackOff);
        } else {
            back_off = kFirstBackOff;
        }
        {
            const std::lock_guard lock(mutex_);
            if (stopping_) co_return;
            task.timer->expires_after(wait);
        }
        boost::system::error_code cancelled;
        co_await task.timer->async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, cancelled));
    }
}

}  // namespace gateway::jobs
