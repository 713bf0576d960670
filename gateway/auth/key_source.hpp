#pragma once

#include <boost/asio/awaitable.hpp>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "gateway/auth/jwk_set.hpp"
#include "policy/result.hpp"
#include "storage/async/blocking_pool.hpp"
#include "storage/async/deadline.hpp"

namespace gateway::auth {

/// Where an issuer's key set comes from. The newest good set stays in force until there is a newer good one, whatever
/// happens to its source.
///
/// Thread safety: all members from any thread.
/// Lifetime:      must outlive every awaitable it returned.
class KeySource {
  public:
    using Keys = std::shared_ptr<const JwkSet>;

    virtual ~KeySource() = default;

    /// The newest good key set, at once and without I/O. kUnavailable before there ever was one.
    policy::Result<Keys> current() const;

    /// Told that a token cited `kid`, which current() does not have, or that there is no set yet. A source that fetches
    /// its keys may fetch them now (rate limited: anybody can invent a kid) and answer with the newer set; a static one
    /// answers with current().
    virtual boost::asio::awaitable<policy::Result<Keys>> after_unknown_key(std::string kid,
                                                                           storage::async::Deadline deadline);

    /// Looks whether there are newer keys; called every few seconds, so the source decides whether it is time. A set
    /// that cannot be used is the error's `what` (for the operator). What blocks runs on `pool`.
    virtual boost::asio::awaitable<policy::Result<void>> reload(storage::async::BlockingPool& pool,
                                                                storage::async::Deadline deadline) = 0;

    /// Whether a key of an earlier set went away, or stands for another one, since this was asked last.
    bool take_lost();

    /// Starts with the set that `before` had, if both take their keys from the same place in the same way: a reload of
    /// the configuration forgets no keys.
    void inherit(const KeySource& before);

  protected:
    /// "file:/etc/keys.json ES256": what inherit() compares.
    virtual std::string origin() const = 0;
    void adopt(JwkSet set);

  private:
    mutable std::mutex mutex_;
    Keys set_;
    bool lost_ = false;
};

/// The algorithms as they stand in an origin().
std::string names_of(const std::vector<Algorithm>& algorithms);

/// The key set in a file, as the operator put it there.
class FileKeySource : public KeySource {
  public:
    /// Reads nothing yet: call read() before the first request.
    FileKeySource(std::filesystem::path file, std::vector<Algorithm> allowed);

    /// Reads the file when its time, size or inode changed since the last good reading. True when there is a new set.
    /// Blocks.
    policy::Result<bool> read();

    boost::asio::awaitable<policy::Result<void>> reload(storage::async::BlockingPool& pool,
                                                        storage::async::Deadline deadline) override;

    const std::filesystem::path& file() const noexcept { return file_; }

  protected:
    std::string origin() const override;

  private:
    std::filesystem::path file_;
    std::vector<Algorithm> allowed_;
    std::mutex reading_;
    std::string stamp_;
};

}  // namespace gateway::auth
