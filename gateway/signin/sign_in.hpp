#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <optional>
#include <string>

#include "gateway/auth/authenticator.hpp"
#include "gateway/auth/login_attempt.hpp"
#include "gateway/http/request.hpp"
#include "gateway/http/response.hpp"
#include "gateway/recordings/play_registry.hpp"
#include "gateway/recordings/services.hpp"
#include "gateway/signin/pages.hpp"
#include "storage/audit/word.hpp"

namespace gateway::signin {

/// Signing in at the organisation's own provider: OpenID Connect's code flow with PKCE. Answers are pages, for a
/// browser that navigates. What the provider says is checked and not kept; its tokens are forgotten at once.
///
/// Thread safety: handlers from any loop.
class SignIn {
  public:
    /// Both must outlive it.
    SignIn(recordings::Services& services, recordings::PlayRegistry& plays) : services_(services), plays_(plays) {}

    /// GET /auth/sign-in?issuer=NAME&return=/path&step_up=1
    boost::asio::awaitable<http::Response> begin(http::Request& request);

    /// GET /auth/callback/{issuer}: the provider sends the browser back.
    boost::asio::awaitable<http::Response> callback(http::Request& request);

  private:
    boost::asio::awaitable<http::Response> finish(http::Request& request, const auth::Issuer& issuer,
                                                  auth::LoginAttempt attempt);
    boost::asio::awaitable<http::Response> admit(http::Request& request, const auth::Issuer& issuer,
                                                 auth::LoginAttempt attempt, auth::Person person);
    boost::asio::awaitable<http::Response> deny(http::Request& request, const auth::LoginAttempt& attempt,
                                                const auth::Person& person, storage::audit::Word reason,
                                                Message message);
    http::Response turned_back(http::Request& request, const auth::LoginAttempt* attempt, unsigned status,
                               Message message, const policy::Error& why);

    recordings::Services& services_;
    recordings::PlayRegistry& plays_;
};

/// The address where a sign-in begins.
std::string sign_in_path(const std::string& issuer, const std::string& return_path, bool step_up);

}  // namespace gateway::signin
