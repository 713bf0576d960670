#pragma once

#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "storage/catalogue/catalogue.hpp"
#include "storage/catalogue/types.hpp"

namespace storage::catalogue {

class Session;

/// Threads that own one connection each, and the bounded queue before them.
///
/// A call always ends: waiting calls fail at their deadline, running ones when the server's own timeout or, should the
/// server be silent, the cut of their socket ends them. While no connection stands and the last try to connect failed,
/// calls fail at once with kUnavailable; the threads try again with backoff, at most 2 s apart.
class Pool {
  public:
    Pool(Settings settings, Observer observer);
    ~Pool();
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;

    /// Runs `function` (Result<T>(Session&)) on a connection's thread. `name` must outlive the call (a literal).
    template <class Function>
    boost::asio::awaitable<std::invoke_result_t<Function, Session&>> run(std::string_view name, Deadline deadline,
                                                                         Function function) {
        using Outcome = std::invoke_result_t<Function, Session&>;
        // Shared, so that a caller who is torn down with its executor leaves nothing that dangles.
        auto call = std::make_shared<CallOf<Outcome, Function>>(name, deadline, std::move(function));
        co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void()>(
            [this, &call](auto handler) {
                auto home = boost::asio::prefer(boost::asio::get_associated_executor(handler),
                                                boost::asio::execution::outstanding_work.tracked);
                // std::function wants copies; the handler can only be moved.
                auto shared = std::make_shared<decltype(handler)>(std::move(handler));
                call->resume = [home = std::move(home), shared] { boost::asio::post(home, std::move(*shared)); };
                submit(call);
            },
            boost::asio::use_awaitable);
        co_return std::move(*call->outcome);
    }

    PoolFigures figures() const;

  private:
    struct Call {
        Call(std::string_view call_name, Deadline until) : name(call_name), deadline(until) {}
        virtual ~Call() = default;
        virtual void perform(Session& session) = 0;
        virtual void refuse(policy::Error error) = 0;
        virtual bool good() const = 0;
        std::string_view name;
        Deadline deadline;
        std::chrono::steady_clock::time_point asked = std::chrono::steady_clock::now();
        std::function<void()> resume;
    };

    template <class Outcome, class Function>
    struct CallOf final : Call {
        CallOf(std::string_view call_name, Deadline until, Function work)
            : Call(call_name, until), function(std::move(work)) {}
        void perform(Session& session) override { outcome.emplace(function(session)); }
        void refuse(policy::Error error) override { outcome.emplace(std::move(error)); }
        bool good() const override { return outcome && outcome->has_value(); }
        Function function;
        std::optional<Outcome> outcome;
    };

    struct Worker {
        std::unique_ptr<Session> session;
        std::mutex cut_guard;  // over the two below, so that no foreign descriptor is ever shut down
        int socket = -1;       // of the running call, else -1
        Deadline cut_at = Deadline::max();
        std::chrono::milliseconds backoff{0};
        std::thread thread;
    };

    struct Refusal {
        policy::Code code;
        const char* why;
    };

    void submit(std::shared_ptr<Call> call);
    std::optional<Refusal> refusal_of(const Call& call) const;  ///< Under guard_.
    void finish(Call& call);
    void refuse(Call& call, const Refusal& refusal);
    void work(Worker& worker);
    bool connect(Worker& worker);
    void disconnect(Worker& worker);
    std::shared_ptr<Call> next(Worker& worker);
    void perform(Worker& worker, Call& call);
    void supervise();
    void flush(policy::Code code, const char* why);
    void pause(std::chrono::milliseconds time);

    const Settings settings_;
    const Observer observer_;
    mutable std::mutex guard_;             // over the queue and the flags
    std::condition_variable wake_;         // one idle worker a call
    std::condition_variable wake_paused_;  // workers between two tries to connect: only at the end
    std::condition_variable wake_supervisor_;
    std::deque<std::shared_ptr<Call>> queue_;
    std::size_t running_ = 0;
    std::size_t connected_ = 0;
    bool down_ = false;  // nothing connected and the last try failed
    bool stopping_ = false;
    std::atomic<std::size_t> reconnects_{0};
    std::atomic<std::size_t> cut_{0};
    std::vector<std::unique_ptr<Worker>> workers_;
    std::thread supervisor_;
};

}  // namespace storage::catalogue
