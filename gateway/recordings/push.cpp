#include "gateway/recordings/push.hpp"

#include <utility>

#include "gateway/recordings/caller.hpp"
#include "gateway/recordings/push_attempt.hpp"

namespace gateway::recordings {

namespace {

/// One of the uploads under way, as long as it lives.
class Place {
  public:
    Place(std::atomic<unsigned>& taken, unsigned most) : taken_(taken), granted_(taken.fetch_add(1) < most) {}
    ~Place() { taken_.fetch_sub(1); }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    bool granted() const { return granted_; }

  private:
    std::atomic<unsigned>& taken_;
    bool granted_;
};

}  // namespace

boost::asio::awaitable<http::Response> PushRecording::handle(http::Request& request) {
    auto caller = co_await identify(services_, request);
    if (auto* response = std::get_if<http::Response>(&caller)) co_return std::move(*response);
    auto& principal = std::get<auth::Principal>(caller);
    const auto decision = policy::may(principal.subject, policy::Action::kPush, asked_now(services_));
    if (!policy::permitted(decision) || !principal.sender) {
        storage::audit::Entry entry(services_.clock.now(), actor_of(principal), storage::audit::Action::kRecordingPush,
                                    storage::audit::Outcome::kDeny);
        entry.reason("no_role");
        const auto recorded = co_await record(services_, std::move(entry));
        if (recorded.has_error()) co_return failed(services_, request, recorded.error());
        co_return http::problem_response(request.id(), policy::fail(policy::Code::kDenied, ""));
    }
    const Place place(under_way_, services_.max_uploads);
    if (!place.granted())
        co_return http::problem_response(request.id(), policy::fail(policy::Code::kOverloaded, "too many uploads"));
    PushAttempt attempt(services_, request, std::move(principal));
    co_return co_await attempt.run();
}

}  // namespace gateway::recordings
