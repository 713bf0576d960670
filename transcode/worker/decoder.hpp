#pragma once

#include <cstdint>
#include <span>
#include <variant>
#include <vector>

#include "transcode/messages/words.hpp"
#include "transcode/worker/av_pointers.hpp"
#include "transcode/worker/input.hpp"

namespace transcode::worker {

/// The sound of an input as 16-bit samples, in the rate and number of channels that it has.
///
/// Time is kept: where the file's own clock says that nothing was sent (Opus does that in pauses), silence comes out. A
/// packet that does not decode is left out, as every player does; a file whose end is missing ends early.
class Decoder {
  public:
    static std::variant<std::unique_ptr<Decoder>, messages::Reason> open(Input& input);

    unsigned channels() const noexcept { return channels_; }
    std::uint32_t rate_hz() const noexcept { return rate_hz_; }

    /// The next interleaved samples, good until the next call; empty at the end.
    std::variant<std::span<const std::int16_t>, messages::Reason> next();

  private:
    explicit Decoder(Input& input) : input_(input) {}
    int start();
    int feed();
    /// The frame in frame_ as 16-bit samples in out_, and the silence before it.
    int convert();
    std::variant<std::span<const std::int16_t>, messages::Reason> hand_out(const std::vector<std::int16_t>& samples);
    int adapt_resampler();
    std::uint64_t gap_before_frame() const;

    Input& input_;
    CodecPtr codec_;
    PacketPtr packet_;
    FramePtr frame_;
    ResamplerPtr resampler_;
    int from_format_ = -1;
    int from_rate_ = 0;
    int from_channels_ = 0;
    unsigned channels_ = 0;
    std::uint32_t rate_hz_ = 0;
    std::uint64_t frames_ = 0;  ///< That came out so far.
    std::int64_t first_pts_ = AV_NOPTS_VALUE;
    bool drained_ = false;
    std::uint64_t silence_ = 0;  ///< Frames of it that come before out_.
    bool waiting_ = false;       ///< out_ has not been handed out.
    std::vector<std::int16_t> out_;
    std::vector<std::int16_t> zeros_;
};

}  // namespace transcode::worker
