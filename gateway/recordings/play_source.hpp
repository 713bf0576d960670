#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "gateway/http/range.hpp"
#include "gateway/http/response.hpp"
#include "gateway/recordings/play.hpp"
#include "gateway/recordings/services.hpp"
#include "storage/crypto/opener.hpp"

namespace gateway::recordings {

/// One range of a play's file on its way to the listener: reads whole sealed chunks, opens them, renders what is not
/// played as it is stored. Asks the play before each batch whether bytes may still flow, and keeps its pace; when they
/// may not, or newer answers have taken its place, the answer ends short and the connection is closed. What was handed
/// out counts as served, whether it arrived or not: so the record never says less than was heard.
///
/// Cost of a batch: one read, one open, one render (none for 16-bit PCM and renditions), no allocation once warm:
/// buffers come from the loop thread's own store and go back as soon as the kernel has the bytes, so that a listener
/// who waits holds none.
class PlaySource final : public http::BodySource {
  public:
    PlaySource(Services& services, std::shared_ptr<Play> play, http::ByteRange range);
    ~PlaySource() override;

    std::uint64_t size() const override { return range_.size(); }
    boost::asio::awaitable<policy::Result<std::span<const std::byte>>> next(std::size_t want) override;
    bool may_flow() const noexcept override;
    void delivered(std::uint64_t bytes_so_far) noexcept override;

  private:
    boost::asio::awaitable<policy::Result<std::uint64_t>> wait_for_pace();
    boost::asio::awaitable<policy::Result<void>> read_sealed(const storage::crypto::SealedRange& sealed);
    transcode::wav::Slice plan_batch(std::size_t want, std::uint64_t until) const;
    policy::Result<std::span<const std::byte>> hand_out(std::span<const std::byte> bytes);
    policy::Error corrupt(const policy::Error& error);

    Services& services_;
    AnswerPlace place_;
    Play& play_;
    http::ByteRange range_;
    std::uint64_t position_;  ///< Of the file: the next byte to give.
    std::optional<storage::crypto::Opener> opener_;
    std::vector<std::byte> sealed_;
    std::vector<std::byte> plain_;
    std::vector<std::byte> rendered_;
    std::size_t plain_size_ = 0;  ///< How much of the buffers holds sound.
    std::size_t rendered_size_ = 0;
};

}  // namespace gateway::recordings
