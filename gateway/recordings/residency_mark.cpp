#include "gateway/recordings/residency_mark.hpp"

namespace gateway::recordings {

storage::catalogue::Place ResidencyMark::present() const {
    auto proof = store_.proof();
    return {std::move(proof.kind),
            std::move(proof.endpoint),
            std::move(proof.bucket),
            std::move(proof.region),
            country_,
            std::move(proof.certificate)};
}

policy::Result<void> ResidencyMark::may_store() const {
    if (good_.load(std::memory_order_relaxed)) return {};
    return policy::fail(policy::Code::kUnavailable,
                        "residency: not everything lies where it may, so nothing is stored");
}

boost::asio::awaitable<policy::Result<std::int32_t>> ResidencyMark::place(storage::async::Deadline deadline) {
    auto now = present();
    {
        const std::lock_guard lock(mutex_);
        if (known_ && known_->first == now) co_return known_->second;
    }
    const auto noted = co_await catalogue_.residency().note_place(now, deadline);
    if (noted.has_error()) co_return noted.error();
    const std::lock_guard lock(mutex_);
    known_.emplace(std::move(now), *noted);
    co_return *noted;
}

}  // namespace gateway::recordings
