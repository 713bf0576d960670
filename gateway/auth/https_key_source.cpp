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

awaitable<Result<void>> HttpsKeySource::fetch(Deadline deadline) {
    const Turn turn(*this);
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
