#include "gateway/auth/https_key_source.hpp"

#include <algorithm>
#include <utility>

#include "gateway/auth/discovery.hpp"

namespace gateway::auth {

using boost::asio::awaitable;
using policy::Code;
using policy::fail;
using policy::Result;
using storage::async::Deadline;
namespace net = storage::net;

HttpsKeySource::HttpsKeySource(std::shared_ptr<const net::HttpsClient> client, std::string issuer,
                               std::vector<Algorithm> allowed, Times times)
    : client_(std::move(client)), issuer_(std::move(issuer)), allowed_(std::move(allowed)), times_(times) {}

std::string HttpsKeySource::origin() const {
    return issuer_ + names_of(allowed_);
}

awaitable<Result<void>> HttpsKeySource::fetch(Deadline deadline) {
    const auto ends = std::min(deadline, std::chrono::steady_clock::now() + times_.patience);
    auto document = co_await discover(*client_, issuer_, ends);
    if (document.has_error()) co_return document.error();
    const auto text = co_await fetch_text(*client_, std::move(document->keys), issuer_, ends);
    if (text.has_error()) co_return text.error();
    auto set = JwkSet::parse(*text, allowed_);
    if (set.has_error()) co_return fail(Code::kInvalid, "the key set of " + issuer_ + ": " + set.error().what);
    adopt(std::move(*set));
    const std::lock_guard lock(mutex_);
    last_success_ = std::chrono::steady_clock::now();
    co_return Result<void>{};
}

/// Whether it may be tried: never oftener than `at_most_every`. Notes that it is being tried.
bool HttpsKeySource::may_try(bool only_when_stale) {
    const std::lock_guard lock(mutex_);
    const auto now = std::chrono::steady_clock::now();
    const bool tried = last_try_ != Time::min() && now - last_try_ < times_.at_most_every;
    const bool fresh = last_success_ != Time::min() && now - last_success_ < times_.refresh;
    if (tried || (only_when_stale && fresh)) return false;
    last_try_ = now;
    return true;
}

awaitable<Result<KeySource::Keys>> HttpsKeySource::after_unknown_key(std::string, Deadline deadline) {
    const auto asked = fetches_.ask([this] { return may_try(false); });
    if (asked.wait) co_await asked.wait->wait(deadline);
    // What failed is told by reload(): here there are the keys of before, or none.
    if (asked.turn) co_await fetch(deadline);
    co_return current();
}

awaitable<Result<void>> HttpsKeySource::reload(storage::async::BlockingPool&, Deadline deadline) {
    const auto asked = fetches_.ask([this] { return may_try(true); });
    if (!asked.turn) co_return Result<void>{};
    co_return co_await fetch(deadline);
}

}  // namespace gateway::auth
