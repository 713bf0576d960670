#include "storage/catalogue/pool.hpp"

#include <pthread.h>
#include <sys/socket.h>

#include <algorithm>
#include <random>

#include "storage/catalogue/db_error.hpp"
#include "storage/catalogue/session.hpp"

namespace storage::catalogue {
namespace {

using policy::Code;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kFirstBackoff{50};
constexpr milliseconds kLongestBackoff{2000};
constexpr milliseconds kSupervisorTick{20};
constexpr milliseconds kIdleCheck{1000};

milliseconds jittered(milliseconds time) {
    thread_local std::minstd_rand random{std::random_device{}()};
    return time / 2 + milliseconds(std::uniform_int_distribution<int>(0, static_cast<int>(time.count() / 2))(random));
}

}  // namespace

Pool::Pool(Settings settings, Observer observer) : settings_(std::move(settings)), observer_(std::move(observer)) {
    const std::size_t count = std::clamp<std::size_t>(settings_.connections, 1, 64);
    for (std::size_t i = 0; i < count; ++i) workers_.push_back(std::make_unique<Worker>());
    for (auto& worker : workers_) worker->thread = std::thread([this, &own = *worker] { work(own); });
    supervisor_ = std::thread([this] { supervise(); });
}

Pool::~Pool() {
    {
        const std::lock_guard lock(guard_);
        stopping_ = true;
    }
    wake_.notify_all();
    wake_paused_.notify_all();
    flush(Code::kUnavailable, "the catalogue is shutting down");
    for (auto& worker : workers_) worker->thread.join();
    wake_supervisor_.notify_all();
    supervisor_.join();
}

std::optional<Pool::Refusal> Pool::refusal_of(const Call& call) const {
    if (stopping_) return Refusal{Code::kUnavailable, "the catalogue is shutting down"};
    if (down_) return Refusal{Code::kUnavailable, "the database does not answer"};
    if (queue_.size() + running_ >= settings_.queue_limit)
        return Refusal{Code::kOverloaded, "the queue of the catalogue is full"};
    if (steady_clock::now() >= call.deadline) return Refusal{Code::kDeadline, "the deadline had passed"};
    return std::nullopt;
}

void Pool::submit(std::shared_ptr<Call> call) {
    std::unique_lock lock(guard_);
    if (const auto refusal = refusal_of(*call)) {
        lock.unlock();
        return refuse(*call, *refusal);
    }
    queue_.push_back(std::move(call));
    lock.unlock();
    wake_.notify_one();
    wake_supervisor_.notify_one();
}

void Pool::finish(Call& call) {
    if (observer_) observer_(call.name, steady_clock::now() - call.asked, call.good());
    call.resume();
}

void Pool::refuse(Call& call, const Refusal& refusal) {
    call.refuse(policy::fail(refusal.code, std::string(call.name) + ": " + refusal.why));
    finish(call);
}

void Pool::work(Worker& worker) {
    pthread_setname_np(pthread_self(), "catalogue");
    for (;;) {
        if (!worker.session && !connect(worker)) {
            pause(jittered(worker.backoff));
            const std::lock_guard lock(guard_);
            if (stopping_) return;
            continue;
        }
        const std::shared_ptr<Call> call = next(worker);
        if (call) perform(worker, *call);
        if (!call) {
            const std::lock_guard lock(guard_);
            if (stopping_) break;
        }
    }
    disconnect(worker);
}

bool Pool::connect(Worker& worker) {
    try {
        worker.session = std::make_unique<Session>(settings_.connection, settings_.connect_timeout, settings_.name);
    } catch (const DbFailure&) {
        worker.backoff = std::clamp(worker.backoff * 2, kFirstBackoff, kLongestBackoff);
        bool down = false;
        {
            const std::lock_guard lock(guard_);
            down = down_ = connected_ == 0;
        }
        if (down) flush(Code::kUnavailable, "the database does not answer");
        return false;
    }
    worker.backoff = milliseconds(0);
    const std::lock_guard lock(guard_);
    ++connected_;
    down_ = false;
    return true;
}

void Pool::disconnect(Worker& worker) {
    if (!worker.session) return;
    worker.session.reset();
    reconnects_.fetch_add(1, std::memory_order_relaxed);
    const std::lock_guard lock(guard_);
    --connected_;
}

/// The next call for this worker's live connection; null when there is none yet (or the connection went).
std::shared_ptr<Pool::Call> Pool::next(Worker& worker) {
    std::unique_lock lock(guard_);
    wake_.wait_for(lock, kIdleCheck, [this] { return stopping_ || !queue_.empty(); });
    if (stopping_) return nullptr;
    if (worker.session->stale()) {
        lock.unlock();
        disconnect(worker);
        wake_.notify_one();  // the call that woke us is another's, or waits for our next connection
        return nullptr;
    }
    if (queue_.empty()) return nullptr;
    auto call = std::move(queue_.front());
    queue_.pop_front();
    ++running_;
    return call;
}

void Pool::perform(Worker& worker, Call& call) {
    bool lost = false;
    try {
        {
            const std::lock_guard lock(worker.cut_guard);
            worker.socket = worker.session->socket();
            worker.cut_at = call.deadline + settings_.grace;
        }
        const Deadline server_gives_up = worker.session->set_deadline(call.deadline);
        {
            const std::lock_guard lock(worker.cut_guard);
            worker.cut_at = server_gives_up + settings_.grace;
        }
        call.perform(*worker.session);
    } catch (const DbFailure& failure) {
        lost = failure.connection_lost();
        call.refuse(policy::fail(failure.code(), failure.what()));
    } catch (const std::exception&) {
        call.refuse(policy::fail(Code::kInternal, std::string(call.name) + ": an unexpected exception"));
    }
    {
        const std::lock_guard lock(worker.cut_guard);
        worker.socket = -1;
        worker.cut_at = Deadline::max();
    }
    if (lost) disconnect(worker);
    {
        const std::lock_guard lock(guard_);
        --running_;
    }
    finish(call);
}

/// Fails waiting calls at their deadline and cuts connections whose server fell silent.
void Pool::supervise() {
    pthread_setname_np(pthread_self(), "catalogue-watch");
    for (;;) {
        std::vector<std::shared_ptr<Call>> late;
        {
            std::unique_lock lock(guard_);
            if (stopping_ && running_ == 0) return;
            if (queue_.empty() && running_ == 0) {
                wake_supervisor_.wait(lock, [this] { return stopping_ || !queue_.empty() || running_ > 0; });
            } else {
                wake_supervisor_.wait_for(lock, kSupervisorTick);
            }
            const auto now = steady_clock::now();
            const auto kept = std::stable_partition(queue_.begin(), queue_.end(),
                                                    [now](const auto& call) { return call->deadline > now; });
            late.assign(std::make_move_iterator(kept), std::make_move_iterator(queue_.end()));
            queue_.erase(kept, queue_.end());
        }
        for (const auto& call : late) refuse(*call, {Code::kDeadline, "waited for a connection until its deadline"});
        for (const auto& worker : workers_) {
            const std::lock_guard lock(worker->cut_guard);
            if (worker->socket < 0 || steady_clock::now() < worker->cut_at) continue;
            ::shutdown(worker->socket, SHUT_RDWR);
            worker->cut_at = Deadline::max();
            cut_.fetch_add(1, std::memory_order_relaxed);
        }
    }
}

void Pool::flush(Code code, const char* why) {
    std::deque<std::shared_ptr<Call>> waiting;
    {
        const std::lock_guard lock(guard_);
        waiting.swap(queue_);
    }
    for (const auto& call : waiting) refuse(*call, {code, why});
}

void Pool::pause(milliseconds time) {
    std::unique_lock lock(guard_);
    wake_paused_.wait_for(lock, time, [this] { return stopping_; });
}

PoolFigures Pool::figures() const {
    const std::lock_guard lock(guard_);
    return {connected_, queue_.size(), running_, reconnects_.load(std::memory_order_relaxed),
            cut_.load(std::memory_order_relaxed)};
}

}  // namespace storage::catalogue
