#include "gateway/auth/https_key_source.hpp"

#include <algorithm>
#include <boost/json/value.hpp>
#include <utility>
#include <variant>

#include "gateway/json/strict_json.hpp"

namespace gateway::auth {

using boost::asio::awaitable;
using policy::Code;
using policy::fail;
using policy::Result;
using storage::async::Deadline;
using storage::net::Url;
namespace net = storage::net;

namespace {

constexpr std::string_view kDocument = "/.well-known/openid-configuration";

/// The text of a member of a JSON object; nothing when it has none such.
std::optional<std::string> member(const boost::json::value& document, std::string_view name) {
    const auto* object = document.if_object();
    const auto* value = object == nullptr ? nullptr : object->if_contains(name);
    if (value == nullptr || !value->is_string()) return std::nullopt;
    return std::string(value->get_string());
}

}  // namespace

/// The right to fetch. Whoever waits for the fetch is woken when it goes.
class HttpsKeySource::Turn {
  public:
    explicit Turn(HttpsKeySource& source) : source_(source) {}
    ~Turn() {
        std::vector<std::shared_ptr<storage::async::Signal>> waiting;
        {
            const std::lock_guard lock(source_.mutex_);
            source_.fetching_ = false;
            waiting = std::exchange(source_.waiting_, {});
        }
        for (const auto& signal : waiting) signal->fire();
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

  private:
    HttpsKeySource& source_;
};

HttpsKeySource::HttpsKeySource(std::shared_ptr<const net::HttpsClient> client, std::string issuer,
                               std::vector<Algorithm> allowed, Times times)
    : client_(std::move(client)), issuer_(std::move(issuer)), allowed_(std::move(allowed)), times_(times) {}

std::string HttpsKeySource::origin() const {
    return issuer_ + names_of(allowed_);
}

awaitable<Result<std::string>> HttpsKeySource::ask(Url url, Deadline deadline) {
    net::Request request;
    request.url = std::move(url);
    request.fields = {{"Accept", "application/json"}};
    auto reply = co_await client_->send(std::move(request), deadline);
    if (reply.has_error()) co_return reply.error();
    if (reply->status != 200) {
        co_return fail(Code::kUnavailable, issuer_ + " answered with status " + std::to_string(reply->status));
    }
    co_return std::move(reply->body);
}

awaitable<Result<Url>> HttpsKeySource::where_keys_are(Deadline deadline) {
    auto base = issuer_;
    while (base.ends_with('/')) base.pop_back();
    auto address = net::parse_https(base + std::string(kDocument));
    if (address.has_error()) co_return address.error();
    const auto text = co_await ask(std::move(*address), deadline);
    if (text.has_error()) co_return text.error();
    const auto document = json::parse_strict_json(*text);
    const auto* value = std::get_if<boost::json::value>(&document);
    if (value == nullptr) co_return fail(Code::kInvalid, "the discovery document of " + issuer_ + " is no JSON");
    if (member(*value, "issuer") != issuer_)
        co_return fail(Code::kInvalid, "the discovery document of " + issuer_ + " speaks for another issuer");
    auto keys = net::parse_https(member(*value, "jwks_uri").value_or(""));
    if (keys.has_error())
        co_return fail(Code::kInvalid, "jwks_uri in the discovery document of " + issuer_ + ": " + keys.error().what);
    co_return std::move(*keys);
}

awaitable<Result<void>> HttpsKeySource::fetch(Deadline deadline) {
    const Turn turn(*this);
    const auto ends = std::min(deadline, std::chrono::steady_clock::now() + times_.patience);
    auto where = co_await where_keys_are(ends);
    if (where.has_error()) co_return where.error();
    const auto text = co_await ask(std::move(*where), ends);
    if (text.has_error()) co_return text.error();
    auto set = JwkSet::parse(*text, allowed_);
    if (set.has_error()) co_return fail(Code::kInvalid, "the key set of " + issuer_ + ": " + set.error().what);
    adopt(std::move(*set));
    const std::lock_guard lock(mutex_);
    last_success_ = std::chrono::steady_clock::now();
    co_return Result<void>{};
}

awaitable<Result<KeySource::Keys>> HttpsKeySource::after_unknown_key(std::string, Deadline deadline) {
    std::shared_ptr<storage::async::Signal> wait;
    {
        const std::lock_guard lock(mutex_);
        const auto now = std::chrono::steady_clock::now();
        if (fetching_) {
            wait = waiting_.emplace_back(storage::async::Signal::make());
        } else if (last_try_ != Time::min() && now - last_try_ < times_.at_most_every) {
            co_return current();
        } else {
            fetching_ = true;
            last_try_ = now;
        }
    }
    if (wait) {
        co_await wait->wait(deadline);
    } else {
        co_await fetch(deadline);  // what failed is told by reload(): here there are the keys of before, or none
    }
    co_return current();
}

awaitable<Result<void>> HttpsKeySource::reload(storage::async::BlockingPool&, Deadline deadline) {
    {
        const std::lock_guard lock(mutex_);
        const auto now = std::chrono::steady_clock::now();
        const bool fresh = last_success_ != Time::min() && now - last_success_ < times_.refresh;
        const bool tried = last_try_ != Time::min() && now - last_try_ < times_.at_most_every;
        if (fetching_ || fresh || tried) co_return Result<void>{};
        fetching_ = true;
        last_try_ = now;
    }
    co_return co_await fetch(deadline);
}

}  // namespace gateway::auth
