#include "gateway/jobs/residency_watch.hpp"

#include <algorithm>

#include "gateway/jobs/job_entry.hpp"

namespace gateway::jobs {

using boost::asio::awaitable;
using policy::Result;
using std::chrono::milliseconds;
namespace audit = storage::audit;

namespace {

constexpr milliseconds kSoon{60'000};

}  // namespace

void ResidencyWatch::judge(bool good) {
    services_.residency.judged(good);
    services_.metrics
        .gauge("callvault_residency_good", "1 while everything lies where it may; at 0 nothing new is stored.")
        .set(good ? 1 : 0);
}

awaitable<Result<void>> ResidencyWatch::note(const std::vector<std::string>& faults) {
    auto entry = job_entry(services_, audit::Action::kResidencyCheck,
                           faults.empty() ? audit::Outcome::kDone : audit::Outcome::kFailed);
    entry.number("faults", static_cast<std::int64_t>(faults.size()));
    storage::catalogue::ResidencyCheck check{services_.clock.now(), services_.gateway, faults};
    auto bytes = recordings::entry_bytes(entry);
    co_return co_await services_.catalogue.residency().note_check(std::move(check), std::move(bytes),
                                                                  services_.deadline());
}

awaitable<Result<milliseconds>> ResidencyWatch::step() {
    const auto now = std::chrono::steady_clock::now();
    const auto faults = co_await look_(services_.deadline());
    if (faults.has_error()) {
        if (now - answered_ >= trusted_) judge(false);
        co_return faults.error();
    }
    answered_ = now;
    judge(faults->empty());
    for (const auto& fault : *faults) services_.log.error("residency.wrong", {{"what", fault}});
    const auto noted = co_await note(*faults);
    if (noted.has_error()) co_return noted.error();
    co_return faults->empty() ? every_ : std::min(every_, kSoon);
}

}  // namespace gateway::jobs
