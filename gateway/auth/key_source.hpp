#pragma once

#include <boost/asio/awaitable.hpp>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "gateway/auth/jwk_set.hpp"
#include "policy/result.hpp"

namespace gateway::auth {

/// Where an issuer's key set comes from.
///
/// Thread safety: all members from any thread.
/// Lifetime:      must outlive every awaitable it returned.
class KeySource {
  public:
    virtual ~KeySource() = default;

    /// The newest good key set, at once and without I/O. kUnavailable before there ever was one.
    virtual policy::Result<std::shared_ptr<const JwkSet>> current() const = 0;

    /// Told that a token cited `kid`, which current() does not have. A source that fetches its keys may fetch them now
    /// (rate limited: anybody can invent a kid) and answer with the newer set; a static one answers with current().
    virtual boost::asio::awaitable<policy::Result<std::shared_ptr<const JwkSet>>> after_unknown_key(
        std::string kid) = 0;

    /// Looks whether there are newer keys; called every now and then. A set that cannot be used leaves the one of
    /// before in force and is the error's `what` (for the operator). True when there is a new set. Blocks.
    virtual policy::Result<bool> reload() = 0;
};

/// The key set in a file, as the operator put it there.
class FileKeySource : public KeySource {
  public:
    /// Reads nothing yet: call reload() before the first request.
    FileKeySource(std::filesystem::path file, std::vector<Algorithm> allowed);

    /// Reads the file when its time, size or inode changed since the last good reading.
    policy::Result<bool> reload() override;

    policy::Result<std::shared_ptr<const JwkSet>> current() const override;
    boost::asio::awaitable<policy::Result<std::shared_ptr<const JwkSet>>> after_unknown_key(std::string kid) override;

    const std::filesystem::path& file() const noexcept { return file_; }

  private:
    std::filesystem::path file_;
    std::vector<Algorithm> allowed_;
    mutable std::mutex mutex_;
    std::shared_ptr<const JwkSet> set_;
    std::string stamp_;
};

}  // namespace gateway::auth
