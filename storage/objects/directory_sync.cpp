#include "storage/objects/directory_sync.hpp"

#include <utility>

namespace storage::objects {

using policy::Result;

boost::asio::awaitable<Result<void>> DirectorySync::sync(std::string path) {
    auto round = std::make_shared<Round>();
    std::shared_ptr<async::Signal> turn;
    {
        const std::scoped_lock lock(mutex_);
        const auto [folder, leads] = running_.try_emplace(path);
        if (!leads) {
            if (!folder->second.next) folder->second.next = std::make_shared<Round>();
            round = folder->second.next;
            turn = async::Signal::make();
            round->waiters.push_back(turn);
        }
    }
    if (turn) {
        co_await turn->wait(std::nullopt);
        if (round->outcome) co_return *round->outcome;
        // Woken without an outcome: chosen to lead the round.
    }
    Result<void> outcome = policy::fail(policy::Code::kInternal, "fsync of a folder was not run");
    try {
        outcome = co_await run(path);
    } catch (...) {
        finish(path, *round, outcome);
        throw;
    }
    finish(path, *round, outcome);
    co_return outcome;
}

boost::asio::awaitable<Result<void>> DirectorySync::run(std::string path) {
    co_return co_await pool_.run([this, &path]() -> Result<void> {
        const SystemError error = files_->sync_directory(path);
        if (error != 0) return file_error("fsync of a folder", error);
        return {};
    });
}

void DirectorySync::finish(const std::string& path, Round& round, const Result<void>& outcome) {
    std::vector<std::shared_ptr<async::Signal>> woken;
    {
        const std::scoped_lock lock(mutex_);
        round.outcome = outcome;
        woken = std::move(round.waiters);
        const auto folder = running_.find(path);
        if (const auto next = std::exchange(folder->second.next, nullptr)) {
            woken.push_back(std::move(next->waiters.back()));  // leads the next round
            next->waiters.pop_back();
        } else {
            running_.erase(folder);
        }
    }
    for (const auto& waiter : woken) waiter->fire();
}

}  // namespace storage::objects
