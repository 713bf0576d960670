#include "gateway/media/workers.hpp"

#include <sys/wait.h>

#include <atomic>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <memory>
#include <utility>

#include "gateway/media/conversation.hpp"

namespace gateway::media {

namespace asio = boost::asio;
using asio::awaitable;
using messages::Reason;
using policy::Code;
using policy::Result;

/// One at work. Who ends it and who waits for its end may be two.
class Workers::Worker {
  public:
    explicit Worker(Process process) : process_(std::move(process)) {}
    int take_socket() {
        const std::lock_guard lock(mutex_);
        return process_.take_socket();
    }
    void kill() {
        const std::lock_guard lock(mutex_);
        process_.kill();
    }
    void expire() {
        expired_ = true;
        kill();  // its end of the socket closes, and the conversation ends
    }
    std::optional<int> gone() {
        const std::lock_guard lock(mutex_);
        return process_.gone();
    }
    bool expired() const { return expired_; }

    /// Waits until it is gone, by itself or soon by force: how it went.
    awaitable<int> end() {
        constexpr int kPatience = 100;
        asio::steady_timer timer(co_await asio::this_coro::executor);
        for (int looks = 0;; ++looks) {
            if (const auto status = gone()) co_return *status;
            if (looks == kPatience) kill();
            timer.expires_after(std::chrono::milliseconds{looks < 10 ? 1 : 10});
            co_await timer.async_wait(asio::use_awaitable);
        }
    }

  private:
    std::mutex mutex_;
    Process process_;
    std::atomic<bool> expired_{false};
};

namespace {

constexpr int kCouldNotShutItselfIn = 2;  // exit code of callvault-transcode

policy::Error stopping() {
    return policy::fail(Code::kUnavailable, "the media workers are stopping");
}

Result<Outcome> how_it_went(int status, bool expired) {
    if (WIFEXITED(status) && WEXITSTATUS(status) == kCouldNotShutItselfIn)
        return policy::fail(Code::kUnavailable, "the media worker cannot shut itself in on this machine");
    const bool slow = expired || (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU);
    return Outcome(Unplayable{slow ? Reason::kWorkerTooSlow : Reason::kWorkerCrashed});
}

}  // namespace

Result<void> Workers::start() {
    while (true) {
        {
            const std::lock_guard lock(mutex_);
            if (stopped_ || ready_.size() >= settings_.spares) return {};
        }
        auto started = Process::start(settings_.program);
        if (started.has_error()) return started.error();
        const std::lock_guard lock(mutex_);
        if (stopped_) return {};
        ready_.push_back(std::move(*started));
    }
}

bool Workers::stopped() const {
    const std::lock_guard lock(mutex_);
    return stopped_;
}

void Workers::stop() {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    ready_.clear();
    for (const auto& one : working_) {
        if (const auto worker = one.lock()) worker->kill();
    }
}

Result<std::shared_ptr<Workers::Worker>> Workers::take() {
    std::unique_lock lock(mutex_);
    std::optional<Process> process;
    while (!process && !ready_.empty()) {
        process = std::move(ready_.back());
        ready_.pop_back();
        if (process->gone()) process.reset();  // it died while it waited: nobody's file has anything to do with it
    }
    if (!process && !stopped_) {
        lock.unlock();
        auto started = Process::start(settings_.program);
        if (started.has_error()) return started.error();
        process = std::move(*started);
        lock.lock();
    }
    if (stopped_) return stopping();
    auto worker = std::make_shared<Worker>(std::move(*process));
    std::erase_if(working_, [](const auto& one) { return one.expired(); });
    working_.push_back(worker);
    return worker;
}

awaitable<Result<Outcome>> Workers::prepare(Task task, Source& source) {
    const auto taken = take();
    if (taken.has_error()) co_return taken.error();
    const auto& worker = *taken;
    // The next one loads while this one works. That it cannot be started is told when it is needed.
    static_cast<void>(start());
    const auto executor = co_await asio::this_coro::executor;
    asio::local::stream_protocol::socket socket(executor, asio::local::stream_protocol(), worker->take_socket());
    asio::steady_timer timer(executor, settings_.longest);
    timer.async_wait([worker](const boost::system::error_code& cancelled) {
        if (!cancelled) worker->expire();
    });
    Conversation conversation(socket, task, source);
    auto said = co_await conversation.run();
    timer.cancel();
    socket.close();
    if (said.has_error()) worker->kill();
    const int status = co_await worker->end();
    if (said.has_error()) co_return said.error();
    if (*said) co_return std::move(**said);
    if (stopped()) co_return stopping();
    co_return how_it_went(status, worker->expired());
}

}  // namespace gateway::media
