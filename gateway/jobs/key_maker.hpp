#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>

#include "gateway/jobs/reseal.hpp"
#include "gateway/recordings/services.hpp"
#include "policy/result.hpp"

namespace gateway::jobs {

/// Makes keys long before a push can need them: a day key for every purge date up to six months and a week ahead, and
/// the catalogue's next epoch. Never on the way of a push.
///
/// Safe with several gateways: the vault makes a key first, the catalogue decides which one counts for a date, and the
/// loser destroys its own.
class KeyMaker {
  public:
    struct Options {
        unsigned days_ahead = 7;            ///< Beyond the longest retention.
        std::chrono::seconds epoch_life{};  ///< After this the next epoch begins; 14 days at most. At once while keys
                                            ///< move to another vault and the newest is in the old one.
    };

    KeyMaker(recordings::Services& services, Options options) : services_(services), options_(options) {}

    /// The keys without which no push can be taken.
    boost::asio::awaitable<policy::Result<void>> make();
    /// The same; then what old epochs sealed is sealed anew, and they end. Says when to look again.
    boost::asio::awaitable<policy::Result<std::chrono::milliseconds>> step();

  private:
    boost::asio::awaitable<policy::Result<void>> make_day_keys();
    boost::asio::awaitable<policy::Result<void>> make_day_key(policy::Date date);
    boost::asio::awaitable<policy::Result<void>> open_if_held(policy::Date date, policy::KeyId key);
    boost::asio::awaitable<policy::Result<void>> begin_epoch();
    boost::asio::awaitable<policy::Result<void>> end_old(Unreadable lost);

    recordings::Services& services_;
    Options options_;
};

/// Destroys the keys that the vault holds although the catalogue knows them as destroyed: the vault did not do it, or a
/// copy of it was put back. How many.
boost::asio::awaitable<policy::Result<std::int64_t>> destroy_ended(recordings::Services& services);

}  // namespace gateway::jobs
