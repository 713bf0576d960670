#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/ids.hpp"
#include "policy/result.hpp"
#include "policy/time.hpp"
#include "storage/async/blocking_pool.hpp"
#include "storage/async/deadline.hpp"
#include "storage/catalogue/catalogue.hpp"
#include "storage/keys/key_vault.hpp"
#include "storage/keys/recording_secret.hpp"

namespace gateway::recordings {

/// The epoch that new secrets are sealed under.
struct CurrentEpoch {
    std::int32_t epoch = 0;
    std::shared_ptr<const storage::keys::EpochSeal> seal;
};

/// Knows which key of the vault counts for what, so that a push or a play asks the database once. What it remembers is
/// at most `kMaxAge` old; the statements that write check the keys again (a closed day key is refused there), so a
/// stale memory costs a retry and never a wrong wrap.
///
/// Thread safety: any thread. Lifetime: must outlive every awaitable it returned.
class KeyRing {
  public:
    static constexpr std::chrono::seconds kMaxAge{30};

    KeyRing(storage::catalogue::Catalogue& catalogue, storage::keys::KeyVault& vault,
            storage::async::BlockingPool& vault_pool)
        : catalogue_(catalogue), vault_(vault), pool_(vault_pool) {}

    /// The open key of a purge date. kUnavailable: none was made yet (the key maker is behind). kGone: closed or
    /// destroyed, the purge of that day has begun.
    boost::asio::awaitable<policy::Result<policy::KeyId>> day_key(policy::Date purge_date,
                                                                  storage::async::Deadline deadline);
    /// All keys that blind index tokens may stand under, asked of the catalogue now: open day keys from `today` on,
    /// open keep keys, and former ones on which something hangs.
    boost::asio::awaitable<policy::Result<std::vector<policy::KeyId>>> index_keys(policy::Date today,
                                                                                  storage::async::Deadline deadline);
    /// The epoch for new secrets. kUnavailable: none yet.
    boost::asio::awaitable<policy::Result<CurrentEpoch>> epoch(storage::async::Deadline deadline);
    /// The epoch that a stored secret cites. kNotFound: destroyed. Each is opened by the vault once, and then known
    /// until it is destroyed.
    boost::asio::awaitable<policy::Result<std::shared_ptr<const storage::keys::EpochSeal>>> epoch_of(
        std::int32_t epoch, storage::async::Deadline deadline);
    /// A long-lived key; made and entered on first use, once for the deployment.
    boost::asio::awaitable<policy::Result<policy::KeyId>> key_for(storage::keys::KeyPurpose purpose,
                                                                  storage::async::Deadline deadline);

    /// Forgets what is remembered of a date (it was refused).
    void forget(policy::Date purge_date);

    /// HMAC under a long-lived key.
    boost::asio::awaitable<policy::Result<storage::catalogue::Mac>> mac(storage::keys::KeyPurpose purpose,
                                                                        std::string message,
                                                                        storage::async::Deadline deadline);

  private:
    using Time = std::chrono::steady_clock::time_point;
    template <class T>
    struct Remembered {
        T value{};
        Time until{};
    };

    boost::asio::awaitable<policy::Result<std::vector<storage::catalogue::EpochKey>>> epochs(
        bool ask, storage::async::Deadline deadline);
    boost::asio::awaitable<policy::Result<std::shared_ptr<const storage::keys::EpochSeal>>> opened(
        storage::catalogue::EpochKey epoch);

    storage::catalogue::Catalogue& catalogue_;
    storage::keys::KeyVault& vault_;
    storage::async::BlockingPool& pool_;
    std::mutex mutex_;
    std::map<policy::Date, Remembered<policy::KeyId>> days_;
    std::optional<Remembered<std::vector<storage::catalogue::EpochKey>>> epochs_;
    std::map<std::int32_t, std::shared_ptr<const storage::keys::EpochSeal>> seals_;
    std::map<storage::keys::KeyPurpose, policy::KeyId> long_lived_;
};

}  // namespace gateway::recordings
