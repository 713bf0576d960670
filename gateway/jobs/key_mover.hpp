#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "gateway/recordings/services.hpp"
#include "policy/result.hpp"
#include "storage/catalogue/keys.hpp"

namespace gateway::jobs {

/// Takes what hangs on keys of a vault that is being left (KeyVault::outgoing) to keys of the one in its place, while
/// the service runs. The audio is not touched, and data keys stay the same: they are wrapped anew.
///
/// 1. Each day key and keep key that is open gets a successor, made in the new vault; from then on pushes and holds use
///    that. The former one is closed.
/// 2. When every gateway knows (KeyRing::kMaxAge), each living recording that hangs on a former key is rewrapped.
///
/// The key maker begins a new epoch meanwhile. A former key is not destroyed when nothing hangs on it any more, but on
/// its day, with its successor (a keep key: when old copies of the database are dark): whoever has a copy of the
/// database from before needs it to come back, and could read by it, so the purge counts both.
///
/// Safe to kill and to run twice. One gateway does it at a time, for speed only.
class KeyMover {
  public:
    explicit KeyMover(recordings::Services& services) : services_(services) {}

    boost::asio::awaitable<policy::Result<std::chrono::milliseconds>> step();

  private:
    /// One walk over what hangs on a former key.
    struct Pass {
        policy::KeyId key;
        policy::RecordingId after{};
        std::size_t moved = 0;
    };

    /// Successors for what the old vault has. How many were made.
    boost::asio::awaitable<policy::Result<std::size_t>> replace_outgoing();
    boost::asio::awaitable<policy::Result<void>> replace(const storage::catalogue::DayKey& day);
    boost::asio::awaitable<policy::Result<void>> replace(const storage::catalogue::KeepKey& keep);
    /// kUnavailable: it is not in every copy of the new vault yet; asked again later, that one is taken.
    boost::asio::awaitable<policy::Result<policy::KeyId>> successor(storage::keys::KeyPurpose purpose,
                                                                    std::string label);
    /// A page of recordings, or the end of the pass.
    boost::asio::awaitable<policy::Result<void>> rewrap_some(const storage::catalogue::FormerKey& former);
    /// False: it went or changed meanwhile, or cannot be opened (alarmed).
    boost::asio::awaitable<policy::Result<bool>> rewrap_one(policy::RecordingId id,
                                                            const storage::catalogue::FormerKey& former);

    /// False, and an alarm; or the error, when it concerns no single recording.
    policy::Result<bool> passed_over(policy::RecordingId id, const policy::Error& error);

    recordings::Services& services_;
    Pass pass_;
    /// Keys of the new vault that stand nowhere in the catalogue, by purpose and label.
    std::map<std::pair<storage::keys::KeyPurpose, std::string>, policy::KeyId> spare_;
    std::set<policy::KeyId> resting_;  ///< What is left on these could not be rewrapped; looked at again in a while.
};

}  // namespace gateway::jobs
