#include "gateway/recordings/play_source.hpp"

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <utility>

#include "gateway/recordings/stored_recording.hpp"

namespace gateway::recordings {

using boost::asio::awaitable;
using policy::Code;
using policy::fail;
using policy::Result;
namespace crypto = storage::crypto;

namespace {

/// Buffers of this thread that nobody uses now. A batch is at most 256 KiB of the virtual file, which a 16-bit or wider
/// source needs up to 512 KiB for.
class SpareBuffers {
  public:
    static constexpr std::size_t kKept = 64;

    std::vector<std::byte> take(std::size_t size) {
        std::vector<std::byte> out;
        if (!spare_.empty()) {
            out = std::move(spare_.back());
            spare_.pop_back();
        }
        if (out.size() < size) out.resize(size);
        return out;
    }
    /// `used`: how much of it held sound.
    void give(std::vector<std::byte>&& buffer, std::size_t used) {
        if (buffer.empty()) return;
        crypto::zero(std::span(buffer).first(used));
        if (spare_.size() < kKept) spare_.push_back(std::move(buffer));
        buffer = {};
    }

  private:
    std::vector<std::vector<std::byte>> spare_;
};

thread_local SpareBuffers spare_buffers;  // NOLINT: one store a loop thread is the point

constexpr std::chrono::milliseconds kLongestPause{1000};

}  // namespace

PlaySource::PlaySource(Services& services, std::shared_ptr<Play> play, http::ByteRange range)
    : services_(services), place_(std::move(play)), play_(place_.play()), range_(range), position_(range.first) {}

PlaySource::~PlaySource() {
    delivered(position_ - range_.first);  // gives the buffers back
    if (opener_) play_.put_back(std::move(*opener_));
}

policy::Error PlaySource::corrupt(const policy::Error& error) {
    if (error.code == Code::kCorrupt || error.code == Code::kNotFound) {
        play_.end(PlayEnd::kCorrupt);
        alarm_damaged(services_, "play.corrupt", play_.terms().recording, error);
    }
    return error;
}

/// The first position that may not be sent yet; waits until that is past the next byte.
awaitable<Result<std::uint64_t>> PlaySource::wait_for_pace() {
    while (true) {
        const auto now = std::chrono::steady_clock::now();
        play_.used(now);
        if (!may_flow()) co_return fail(Code::kDenied, "the play is over");
        const auto until = play_.allowed_until(now, position_, range_.first);
        // A batch of a few bytes would be all overhead: wait for a fifth of a second of sound, or the range's end.
        const auto enough = std::min(position_ + play_.file().bytes_per_second() / 5 + 1, range_.last + 1);
        if (until >= enough) co_return until;
        const auto missing_ms = (enough - until) * 1000 / play_.file().bytes_per_second();
        const auto rate = std::max(1U, play_.terms().pace ? play_.terms().pace->times_real_time : 1U);
        boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor);
        timer.expires_after(std::min(kLongestPause, std::chrono::milliseconds(missing_ms / rate + 1)));
        co_await timer.async_wait(boost::asio::use_awaitable);
    }
}

awaitable<Result<void>> PlaySource::read_sealed(const crypto::SealedRange& sealed) {
    sealed_ = spare_buffers.take(sealed.size);
    plain_ = spare_buffers.take(sealed.plain_size);
    plain_size_ = sealed.plain_size;
    const auto into = std::span(sealed_).first(sealed.size);
    const auto read = co_await play_.object().read(sealed.offset, into, services_.deadline());
    if (read.has_error()) co_return corrupt(read.error());
    if (*read != sealed.size) co_return corrupt(fail(Code::kCorrupt, "an object is shorter than it was"));
    if (!opener_) {
        auto opener = play_.opener();
        if (opener.has_error()) co_return corrupt(opener.error());
        opener_.emplace(std::move(*opener));
    }
    const auto opened = opener_->open(sealed.first_chunk, into, plain_);
    if (opened.has_error()) co_return corrupt(opened.error());
    co_return Result<void>{};
}

/// At most `want` bytes, before `until`; a batch that is not the last ends where a sealed chunk ends, so that no chunk
/// is opened twice.
transcode::wav::Slice PlaySource::plan_batch(std::size_t want, std::uint64_t until) const {
    const auto last = std::min({range_.last, position_ + want - 1, until - 1});
    const auto slice = play_.file().plan(position_, last);
    if (last == range_.last) return slice;
    const auto source_end =
        (slice.source_offset + slice.source_size) / crypto::kPlainChunkBytes * crypto::kPlainChunkBytes;
    if (source_end <= slice.source_offset) return slice;
    const auto end = play_.file().position_at(source_end);
    return end > position_ ? play_.file().plan(position_, end - 1) : slice;
}

awaitable<Result<std::span<const std::byte>>> PlaySource::next(std::size_t want) {
    delivered(position_ - range_.first);
    const auto until = co_await wait_for_pace();
    if (until.has_error()) co_return until.error();
    const auto slice = plan_batch(want, *until);
    if (slice.source_size == 0) {  // inside the 44 bytes of the header
        rendered_ = spare_buffers.take(slice.size);
        const auto done = play_.file().render(slice, {}, rendered_);
        if (done.has_error()) co_return done.error();
        co_return hand_out(std::span<const std::byte>(rendered_).first(slice.size));
    }
    if (!opener_) {
        auto opener = play_.opener();
        if (opener.has_error()) co_return corrupt(opener.error());
        opener_.emplace(std::move(*opener));
    }
    const auto sealed = opener_->plan(slice.source_offset, slice.source_size);
    if (sealed.has_error()) co_return corrupt(fail(Code::kCorrupt, "the audio is longer than its object"));
    const auto read = co_await read_sealed(*sealed);
    if (read.has_error()) co_return read.error();
    // A withdrawal may have come while the store was read.
    if (!may_flow()) co_return fail(Code::kDenied, "the play is over");
    const auto source = std::span<const std::byte>(plain_).subspan(sealed->skip, slice.source_size);
    if (play_.file().is_verbatim(slice)) {
        co_return hand_out(source.first(slice.size));
    }
    rendered_ = spare_buffers.take(slice.size);
    rendered_size_ = slice.size;
    const auto done = play_.file().render(slice, source, std::span(rendered_).first(slice.size));
    if (done.has_error()) co_return done.error();
    co_return hand_out(std::span<const std::byte>(rendered_).first(slice.size));
}

/// Whatever is handed out may be heard, so it counts from here on; nothing is handed out after the play's end, whose
/// entry says what was served.
Result<std::span<const std::byte>> PlaySource::hand_out(std::span<const std::byte> bytes) {
    if (!play_.served(position_, position_ + bytes.size())) return fail(Code::kDenied, "the play is over");
    position_ += bytes.size();
    return bytes;
}

bool PlaySource::may_flow() const noexcept {
    return place_.may_flow(std::chrono::steady_clock::now(), services_.clock.now());
}

/// The kernel has all that was handed out: the buffers are free, and hold no audio any more.
void PlaySource::delivered(std::uint64_t bytes_so_far) noexcept {
    if (range_.first + bytes_so_far < position_) return;
    spare_buffers.give(std::exchange(sealed_, {}), 0);
    spare_buffers.give(std::exchange(plain_, {}), std::exchange(plain_size_, 0));
    spare_buffers.give(std::exchange(rendered_, {}), std::exchange(rendered_size_, 0));
}

}  // namespace gateway::recordings
