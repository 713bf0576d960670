#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>

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
        unsigned days_ahead = 7;                     ///< Beyond the longest retention.
        std::chrono::seconds epoch_life{};           ///< After this the next epoch begins; 14 days.
        std::chrono::seconds epoch_destroy_after{};  ///< Old epochs are destroyed at that age at the latest; 21 days.
    };

    KeyMaker(recordings::Services& services, Options options) : services_(services), options_(options) {}

    /// Everything that is missing now. Says when to look again.
    boost::asio::awaitable<policy::Result<std::chrono::milliseconds>> step();

  private:
    boost::asio::awaitable<policy::Result<void>> make_day_keys();
    boost::asio::awaitable<policy::Result<void>> make_day_key(policy::Date date);
    boost::asio::awaitable<policy::Result<void>> begin_epoch();
    boost::asio::awaitable<policy::Result<void>> reseal_old();
    boost::asio::awaitable<policy::Result<void>> destroy_old();

    recordings::Services& services_;
    Options options_;
};

}  // namespace gateway::jobs
