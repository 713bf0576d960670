#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "policy/result.hpp"
#include "storage/async/deadline.hpp"
#include "storage/net/https_client.hpp"
#include "storage/net/url.hpp"

namespace gateway::auth {

/// What an issuer's discovery document says (OpenID Connect Discovery 1.0, section 3), as far as we use it.
struct DiscoveryDocument {
    storage::net::Url keys;                    ///< jwks_uri
    std::optional<std::string> authorization;  ///< authorization_endpoint, an https address.
    std::optional<storage::net::Url> token;    ///< token_endpoint
    std::optional<std::string> end_session;    ///< end_session_endpoint, an https address.
    bool names_itself = false;                 ///< authorization_response_iss_parameter_supported (RFC 9207)
};

/// Reads the document. kInvalid says what is wrong with it: another issuer's, no keys, an address that is none. A pure
/// function.
policy::Result<DiscoveryDocument> read_discovery(std::string_view text, std::string_view issuer);

/// A text that a server answers with status 200. kUnavailable for any other.
boost::asio::awaitable<policy::Result<std::string>> fetch_text(const storage::net::HttpsClient& client,
                                                               storage::net::Url url, std::string_view issuer,
                                                               storage::async::Deadline deadline);

/// Fetches and reads the document of the issuer with that URL.
boost::asio::awaitable<policy::Result<DiscoveryDocument>> discover(const storage::net::HttpsClient& client,
                                                                   std::string_view issuer,
                                                                   storage::async::Deadline deadline);

}  // namespace gateway::auth
