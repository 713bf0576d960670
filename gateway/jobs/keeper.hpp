#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <string>

#include "gateway/recordings/services.hpp"
#include "policy/result.hpp"
#include "storage/catalogue/keys.hpp"

namespace gateway::jobs {

/// Takes what must outlive its day (held, restricted, statutory) out of the reach of its day key: the data key and the
/// fields are wrapped anew under a keep key, one for each hold, each month of restrictions, and each month of a class.
/// The audio is not touched.
class Keeper {
  public:
    explicit Keeper(recordings::Services& services) : services_(services) {}

    /// Rewraps everything with a purge date up to `before` that needs it. Safe to repeat, to kill, and to run twice.
    boost::asio::awaitable<policy::Result<void>> keep_all(policy::Date before);
    /// Both of the others, two weeks ahead of the purge: so that it finds nothing left to rewrap.
    boost::asio::awaitable<policy::Result<std::chrono::milliseconds>> step();
    /// Destroys keep keys that nothing hangs on any more.
    boost::asio::awaitable<policy::Result<void>> drop_unused();

  private:
    struct Round {
        std::int64_t kept = 0;
        std::int64_t changed = 0;  ///< Somebody else's act came between: to be looked at again.
    };
    /// Once over everything that is to be kept. What cannot be rewrapped is alarmed and passed over.
    boost::asio::awaitable<policy::Result<Round>> keep_round(policy::Date before);
    /// kConflict: it changed meanwhile.
    boost::asio::awaitable<policy::Result<void>> keep(const storage::catalogue::ToKeep& recording);
    boost::asio::awaitable<policy::Result<policy::KeyId>> keep_key(std::string label);

    recordings::Services& services_;
};

}  // namespace gateway::jobs
