#include "gateway/recordings/outline_source.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace gateway::recordings {

OutlineSource::OutlineSource(Services& services, std::shared_ptr<Play> play, SealedReader reader, std::uint64_t first,
                             std::uint64_t end)
    : services_(services),
      place_(std::move(play)),
      reader_(std::move(reader)),
      first_(first),
      end_(end),
      position_(first) {}

bool OutlineSource::may_flow() const noexcept {
    return place_.may_flow(std::chrono::steady_clock::now(), services_.clock.now());
}

boost::asio::awaitable<policy::Result<std::span<const std::byte>>> OutlineSource::next(std::size_t want) {
    place_.play().used(std::chrono::steady_clock::now());
    const auto most = std::min<std::uint64_t>(want, end_ - position_);
    const auto piece = co_await reader_.read(position_, static_cast<std::size_t>(most));
    if (piece.has_error()) co_return piece.error();
    // A withdrawal may have come while the store was read.
    if (piece->empty() || !may_flow()) co_return policy::fail(policy::Code::kDenied, "the play is over");
    position_ += piece->size();
    co_return *piece;
}

}  // namespace gateway::recordings
