#pragma once

#include <cstdint>
#include <memory>

#include "gateway/http/response.hpp"
#include "gateway/recordings/play.hpp"
#include "gateway/recordings/sealed_file.hpp"

namespace gateway::recordings {

/// Part of a recording's outline on its way to whoever has a play: no sound, so it counts for nothing that is served,
/// but it flows only while the play does.
class OutlineSource final : public http::BodySource {
  public:
    /// The bytes [first, end) of the outline.
    OutlineSource(Services& services, std::shared_ptr<Play> play, SealedReader reader, std::uint64_t first,
                  std::uint64_t end);

    std::uint64_t size() const override { return end_ - first_; }
    boost::asio::awaitable<policy::Result<std::span<const std::byte>>> next(std::size_t want) override;
    bool may_flow() const noexcept override;

  private:
    Services& services_;
    AnswerPlace place_;
    SealedReader reader_;
    const std::uint64_t first_;
    const std::uint64_t end_;
    std::uint64_t position_;
};

}  // namespace gateway::recordings
