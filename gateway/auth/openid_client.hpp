#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "gateway/auth/discovery.hpp"
#include "gateway/auth/login_attempt.hpp"
#include "policy/result.hpp"
#include "storage/async/deadline.hpp"
#include "storage/async/one_at_a_time.hpp"
#include "storage/crypto/secret.hpp"
#include "storage/net/https_client.hpp"

namespace gateway::auth {

/// What we are to an issuer that people sign in at: a confidential client of the code flow with PKCE.
///
/// Thread safety: all members from any thread.
/// Lifetime:      must outlive every awaitable it returned.
class OpenIdClient {
  public:
    struct Options {
        std::string name;    ///< In our addresses: "/auth/callback/<name>".
        std::string label;   ///< What people know the issuer by.
        std::string issuer;  ///< Its URL.
        std::string client_id;
        storage::crypto::SecretBytes secret;
        std::vector<std::string> scope;       ///< With "openid".
        std::vector<std::string> acr_values;  ///< Asked for at a step-up. Only a hint to the issuer.
        std::string callback;                 ///< Our address that it sends browsers back to.
        std::string after_logout;             ///< And the one after a logout.
    };

    OpenIdClient(std::shared_ptr<const storage::net::HttpsClient> client, Options options);

    const std::string& name() const noexcept { return options_.name; }
    const std::string& label() const noexcept { return options_.label; }
    const std::string& issuer() const noexcept { return options_.issuer; }
    const std::string& client_id() const noexcept { return options_.client_id; }

    /// The issuer's discovery document, fetched once for all who ask within kDocumentLife; a failure is remembered for
    /// kFailureLife: nobody can make us hammer an issuer. kUnavailable: it does not answer; kInvalid: it cannot be
    /// signed in at.
    boost::asio::awaitable<policy::Result<DiscoveryDocument>> discover(storage::async::Deadline deadline);

    /// Where the browser goes to sign in (OpenID Connect Core 1.0, 3.1.2.1). A step-up asks to be asked again.
    std::string sign_in_address(const DiscoveryDocument& document, const LoginAttempt& attempt) const;

    /// Where the browser goes to sign out there too; nothing when the issuer has no such place.
    std::optional<std::string> sign_out_address(const DiscoveryDocument& document) const;

    /// The ID token for a code (3.1.3.1), unverified. kUnauthenticated: the issuer refuses the code; kUnavailable;
    /// kOverloaded: kMostCodesAtOnce are under way.
    boost::asio::awaitable<policy::Result<std::string>> redeem(const DiscoveryDocument& document, std::string code,
                                                               std::string verifier, storage::async::Deadline deadline);

    static constexpr std::chrono::seconds kDocumentLife{5};
    static constexpr std::chrono::seconds kFailureLife{2};
    static constexpr int kMostCodesAtOnce = 64;

  private:
    bool is_stale();

    std::shared_ptr<const storage::net::HttpsClient> client_;
    Options options_;
    storage::async::OneAtATime fetches_;
    std::mutex mutex_;
    policy::Result<DiscoveryDocument> document_;
    std::chrono::steady_clock::time_point good_until_ = std::chrono::steady_clock::time_point::min();
    std::atomic<int> codes_{0};
};

}  // namespace gateway::auth
