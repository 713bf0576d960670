#pragma once

#include <boost/asio/awaitable.hpp>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "policy/result.hpp"
#include "storage/async/blocking_pool.hpp"
#include "storage/async/signal.hpp"
#include "storage/objects/files.hpp"

namespace storage::objects {

/// Makes a folder's entries durable, once for all who wait: while one fsync of a folder runs, whoever else asks for
/// that folder waits together for the next, which one of them does. Nobody is delayed on purpose, and an fsync that
/// began before the entry was made never counts for it.
///
/// Thread safety: any number of coroutines on any threads. Lifetime: must outlive every awaitable it returned.
class DirectorySync {
  public:
    DirectorySync(std::shared_ptr<Files> files, async::BlockingPool& pool) : files_(std::move(files)), pool_(pool) {}

    /// All who shared an fsync share its error. There is no deadline: an fsync under way cannot be taken back.
    boost::asio::awaitable<policy::Result<void>> sync(std::string path);

  private:
    struct Round {
        std::vector<std::shared_ptr<async::Signal>> waiters;
        std::optional<policy::Result<void>> outcome;
    };
    struct Folder {
        std::shared_ptr<Round> next;  ///< Those who came while an fsync runs.
    };
    boost::asio::awaitable<policy::Result<void>> run(std::string path);
    void finish(const std::string& path, Round& round, const policy::Result<void>& outcome);

    std::shared_ptr<Files> files_;
    async::BlockingPool& pool_;
    std::mutex mutex_;
    std::map<std::string, Folder> running_;  ///< One entry for each folder whose fsync runs now.
};

}  // namespace storage::objects
