#include "gateway/auth/openid_client.hpp"

#include <boost/json/value.hpp>
#include <string_view>
#include <utility>
#include <variant>

#include "gateway/http/urlencoded.hpp"
#include "gateway/json/strict_json.hpp"
#include "storage/crypto/encoding.hpp"

namespace gateway::auth {

using boost::asio::awaitable;
using policy::Code;
using policy::fail;
using policy::Result;
using storage::async::Deadline;

namespace {

void add(std::string& query, std::string_view name, std::string_view value) {
    if (!query.empty()) query += '&';
    query += std::string(name) + "=" + http::percent_encoded(value);
}

std::string with_query(const std::string& address, const std::string& query) {
    return address + (address.find('?') == std::string::npos ? "?" : "&") + query;
}

std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const auto& word : words) out += (out.empty() ? "" : " ") + word;
    return out;
}

/// One of those who do something at once.
class Place {
  public:
    explicit Place(std::atomic<int>& taken) : taken_(taken), number_(++taken) {}
    ~Place() { --taken_; }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    int number() const { return number_; }

  private:
    std::atomic<int>& taken_;
    int number_;
};

Result<std::string> id_token_in(std::string_view body, const std::string& issuer) {
    const auto parsed = json::parse_strict_json(body);
    const auto* value = std::get_if<boost::json::value>(&parsed);
    const auto* object = value == nullptr ? nullptr : value->if_object();
    const auto* token = object == nullptr ? nullptr : object->if_contains("id_token");
    if (token == nullptr || !token->is_string())
        return fail(Code::kUnavailable, "the token endpoint of " + issuer + " gives no ID token");
    return std::string(token->get_string());
}

}  // namespace

OpenIdClient::OpenIdClient(std::shared_ptr<const storage::net::HttpsClient> client, Options options)
    : client_(std::move(client)),
      options_(std::move(options)),
      document_(fail(Code::kUnavailable, options_.issuer + " was not asked yet")) {}

bool OpenIdClient::is_stale() {
    const std::lock_guard lock(mutex_);
    return std::chrono::steady_clock::now() >= good_until_;
}

awaitable<Result<DiscoveryDocument>> OpenIdClient::discover(Deadline deadline) {
    const auto asked = fetches_.ask([this] { return is_stale(); });
    if (asked.wait) co_await asked.wait->wait(deadline);
    if (asked.turn) {
        auto fetched = co_await auth::discover(*client_, options_.issuer, deadline);
        if (fetched.has_value() && (!fetched->authorization || !fetched->token))
            fetched = fail(Code::kInvalid, options_.issuer + " has no authorization_endpoint or no token_endpoint");
        const std::lock_guard lock(mutex_);
        good_until_ = std::chrono::steady_clock::now() + (fetched.has_value() ? kDocumentLife : kFailureLife);
        document_ = std::move(fetched);
    }
    const std::lock_guard lock(mutex_);
    co_return document_;
}

std::string OpenIdClient::sign_in_address(const DiscoveryDocument& document, const LoginAttempt& attempt) const {
    std::string query;
    add(query, "response_type", "code");
    add(query, "client_id", options_.client_id);
    add(query, "redirect_uri", options_.callback);
    add(query, "scope", joined(options_.scope));
    add(query, "state", attempt.state);
    add(query, "nonce", attempt.nonce);
    add(query, "code_challenge", attempt.challenge);
    add(query, "code_challenge_method", "S256");
    if (attempt.goal.step_up) {
        add(query, "prompt", "login");
        add(query, "max_age", "0");  // who is asked for this must say auth_time (3.1.2.1)
    }
    if (attempt.goal.step_up && !options_.acr_values.empty()) add(query, "acr_values", joined(options_.acr_values));
    return with_query(*document.authorization, query);
}

std::optional<std::string> OpenIdClient::sign_out_address(const DiscoveryDocument& document) const {
    if (!document.end_session) return std::nullopt;
    std::string query;
    add(query, "client_id", options_.client_id);
    add(query, "post_logout_redirect_uri", options_.after_logout);
    return with_query(*document.end_session, query);
}

awaitable<Result<std::string>> OpenIdClient::redeem(const DiscoveryDocument& document, std::string code,
                                                    std::string verifier, Deadline deadline) {
    const Place place(codes_);
    if (place.number() > kMostCodesAtOnce)
        co_return fail(Code::kOverloaded, "too many codes of " + options_.issuer + " are being redeemed");
    storage::net::Request request;
    request.method = "POST";
    request.url = *document.token;
    add(request.body, "grant_type", "authorization_code");
    add(request.body, "code", code);
    add(request.body, "redirect_uri", options_.callback);
    add(request.body, "code_verifier", verifier);
    // client_secret_basic: both parts are encoded before they are joined (RFC 6749, 2.3.1)
    const auto secret = storage::crypto::text_of(options_.secret.reveal(storage::crypto::InsecureSecretAccess()));
    const std::string pair = http::percent_encoded(options_.client_id) + ":" + http::percent_encoded(secret);
    request.fields = {{"Accept", "application/json"},
                      {"Content-Type", "application/x-www-form-urlencoded"},
                      {"Authorization", "Basic " + storage::crypto::to_base64(storage::crypto::bytes_of(pair))}};
    const auto reply = co_await client_->send(std::move(request), deadline);
    if (reply.has_error()) co_return reply.error();
    if (reply->status == 400) co_return fail(Code::kUnauthenticated, options_.issuer + " refuses the code");
    if (reply->status != 200) {
        co_return fail(Code::kUnavailable, "the token endpoint of " + options_.issuer + " answered with status " +
                                               std::to_string(reply->status));
    }
    co_return id_token_in(reply->body, options_.issuer);
}

}  // namespace gateway::auth
