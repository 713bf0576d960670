#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "gateway/auth/key_source.hpp"
#include "storage/async/one_at_a_time.hpp"
#include "storage/net/https_client.hpp"

namespace gateway::auth {

/// The key set that an issuer publishes: its discovery document (OpenID Connect Discovery 1.0, section 4) names the
/// issuer, exactly, and where the keys are. Fetched when it is first needed, every minute, and when a token cites
/// a key that is not there, though not oftener than `at_most_every`. While the issuer does not answer its last good set
/// stays in force.
class HttpsKeySource : public KeySource {
  public:
    struct Times {
        std::chrono::milliseconds refresh{std::chrono::minutes(1)};
        std::chrono::milliseconds at_most_every{std::chrono::seconds(10)};
        std::chrono::milliseconds patience{std::chrono::seconds(5)};  ///< For one fetch.
    };

    /// `issuer`: as in `iss`; an https address.
    HttpsKeySource(std::shared_ptr<const storage::net::HttpsClient> client, std::string issuer,
                   std::vector<Algorithm> allowed, Times times);

    boost::asio::awaitable<policy::Result<Keys>> after_unknown_key(std::string kid,
                                                                   storage::async::Deadline deadline) override;
    boost::asio::awaitable<policy::Result<void>> reload(storage::async::BlockingPool& pool,
                                                        storage::async::Deadline deadline) override;

  protected:
    std::string origin() const override;

  private:
    using Time = std::chrono::steady_clock::time_point;

    bool may_try(bool only_when_stale);
    boost::asio::awaitable<policy::Result<void>> fetch(storage::async::Deadline deadline);

    std::shared_ptr<const storage::net::HttpsClient> client_;
    std::string issuer_;
    std::vector<Algorithm> allowed_;
    Times times_;
    storage::async::OneAtATime fetches_;
    std::mutex mutex_;
    Time last_try_ = Time::min();
    Time last_success_ = Time::min();
};

}  // namespace gateway::auth
