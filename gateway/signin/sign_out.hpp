#pragma once

#include <boost/asio/awaitable.hpp>

#include "gateway/http/request.hpp"
#include "gateway/http/response.hpp"
#include "gateway/recordings/play_registry.hpp"
#include "gateway/recordings/services.hpp"

namespace gateway::signin {

/// The end of a person's session, by themselves or by their provider.
///
/// Thread safety: handlers from any loop.
class SignOut {
  public:
    /// Both must outlive it.
    SignOut(recordings::Services& services, recordings::PlayRegistry& plays) : services_(services), plays_(plays) {}

    /// DELETE /v1/session: of a token or a browser.
    boost::asio::awaitable<http::Response> end(http::Request& request);

    /// POST /auth/sign-out, a form of our page: ends the session and its plays, and leads on to the provider's own
    /// logout where it has one.
    boost::asio::awaitable<http::Response> sign_out(http::Request& request);

    /// POST /auth/backchannel-logout/{issuer} (OpenID Connect Back-Channel Logout 1.0, 2.5 to 2.8): 200, 400 with an
    /// `error`, or 503.
    boost::asio::awaitable<http::Response> back_channel(http::Request& request);

  private:
    boost::asio::awaitable<std::string> way_out(std::string issuer);
    http::Response not_now(const policy::Error& why);

    recordings::Services& services_;
    recordings::PlayRegistry& plays_;
};

}  // namespace gateway::signin
