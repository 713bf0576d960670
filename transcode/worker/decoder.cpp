#include "transcode/worker/decoder.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "transcode/measure/meter.hpp"
#include "transcode/worker/av_error.hpp"

namespace transcode::worker {

using messages::Reason;

namespace {

/// A pause is filled when the clock is ahead by this part of a second, and believed up to so many minutes.
constexpr std::uint64_t kGapsPerSecond = 20;
constexpr std::uint64_t kLongestGapInSeconds = 600;

}  // namespace

std::variant<std::unique_ptr<Decoder>, Reason> Decoder::open(Input& input) {
    std::unique_ptr<Decoder> out(new Decoder(input));
    const int error = out->start();
    if (error < 0) return reason_of(error);
    return out;
}

int Decoder::start() {
    codec_.reset(avcodec_alloc_context3(&input_.codec()));
    packet_.reset(av_packet_alloc());
    frame_.reset(av_frame_alloc());
    if (!codec_ || !packet_ || !frame_) return AVERROR(ENOMEM);
    int error = avcodec_parameters_to_context(codec_.get(), input_.stream().codecpar);
    if (error < 0) return error;
    codec_->thread_count = 1;
    codec_->pkt_timebase = input_.stream().time_base;
    error = avcodec_open2(codec_.get(), &input_.codec(), nullptr);
    if (error < 0) return error;
    if (codec_->sample_rate < 1 || codec_->ch_layout.nb_channels < 1) return AVERROR_INVALIDDATA;
    if (codec_->sample_rate < static_cast<int>(measure::kMinRateHz) ||
        codec_->sample_rate > static_cast<int>(measure::kMaxRateHz) ||
        codec_->ch_layout.nb_channels > static_cast<int>(measure::kMaxChannels))
        return AVERROR_PATCHWELCOME;
    channels_ = static_cast<unsigned>(codec_->ch_layout.nb_channels);
    rate_hz_ = static_cast<std::uint32_t>(codec_->sample_rate);
    return 0;
}

/// Gives the decoder its next packet; at the end tells it so.
int Decoder::feed() {
    while (!drained_) {
        const int read = av_read_frame(&input_.format(), packet_.get());
        if (read == AVERROR(ENOMEM)) return read;
        if (read < 0) {  // the end, or a place from which on nothing can be read
            drained_ = true;
            return avcodec_send_packet(codec_.get(), nullptr);
        }
        const bool ours = packet_->stream_index == input_.stream().index;
        const int sent = ours ? avcodec_send_packet(codec_.get(), packet_.get()) : 0;
        av_packet_unref(packet_.get());
        if (sent == AVERROR(ENOMEM)) return sent;
        if (ours && sent >= 0) return 0;
    }
    return AVERROR_EOF;
}

std::variant<std::span<const std::int16_t>, Reason> Decoder::hand_out(const std::vector<std::int16_t>& samples) {
    frames_ += samples.size() / channels_;
    if (frames_ > measure::kLongestSeconds * rate_hz_) return Reason::kTooLong;
    return std::span<const std::int16_t>(samples);
}

std::variant<std::span<const std::int16_t>, Reason> Decoder::next() {
    while (true) {
        if (silence_ > 0) {
            const auto frames = std::min<std::uint64_t>(silence_, rate_hz_);
            silence_ -= frames;
            zeros_.assign(frames * channels_, 0);
            return hand_out(zeros_);
        }
        if (std::exchange(waiting_, false) && !out_.empty()) return hand_out(out_);
        const int received = avcodec_receive_frame(codec_.get(), frame_.get());
        if (received == AVERROR_EOF) return std::span<const std::int16_t>();
        if (received == AVERROR(ENOMEM)) return Reason::kTooMuchMemory;
        if (received == AVERROR(EAGAIN)) {
            const int fed = feed();
            if (fed == AVERROR_EOF) return std::span<const std::int16_t>();
            if (fed == AVERROR(ENOMEM)) return Reason::kTooMuchMemory;
            continue;
        }
        if (received < 0) continue;  // this packet held nothing
        const int converted = convert();
        av_frame_unref(frame_.get());
        if (converted < 0) return reason_of(converted);
    }
}

/// How many frames of silence the file's clock puts before the frame at hand.
std::uint64_t Decoder::gap_before_frame() const {
    if (frame_->best_effort_timestamp == AV_NOPTS_VALUE || first_pts_ == AV_NOPTS_VALUE) return 0;
    std::int64_t since = 0;
    if (__builtin_sub_overflow(frame_->best_effort_timestamp, first_pts_, &since) || since <= 0) return 0;
    const auto at = av_rescale_q(since, input_.stream().time_base, AVRational{1, static_cast<int>(rate_hz_)});
    if (at < 0 || static_cast<std::uint64_t>(at) <= frames_) return 0;
    const auto gap = static_cast<std::uint64_t>(at) - frames_;
    return gap > rate_hz_ / kGapsPerSecond && gap <= kLongestGapInSeconds * rate_hz_ ? gap : 0;
}

/// Streams may change their shape on the way; what comes out keeps that of the start.
int Decoder::adapt_resampler() {
    if (frame_->format == from_format_ && frame_->sample_rate == from_rate_ &&
        frame_->ch_layout.nb_channels == from_channels_)
        return 0;
    if (frame_->sample_rate < 1 || frame_->sample_rate > static_cast<int>(measure::kMaxRateHz) ||
        frame_->ch_layout.nb_channels < 1 || frame_->ch_layout.nb_channels > static_cast<int>(measure::kMaxChannels))
        return AVERROR_INVALIDDATA;
    // By number, not by name: channel n of the file is channel n of what comes out.
    AVChannelLayout from{};
    AVChannelLayout to{};
    av_channel_layout_default(&from, frame_->ch_layout.nb_channels);
    av_channel_layout_default(&to, static_cast<int>(channels_));
    SwrContext* made = nullptr;
    int error = swr_alloc_set_opts2(&made, &to, AV_SAMPLE_FMT_S16, static_cast<int>(rate_hz_), &from,
                                    static_cast<AVSampleFormat>(frame_->format), frame_->sample_rate, 0, nullptr);
    resampler_.reset(made);
    if (error >= 0) error = swr_init(made);
    if (error < 0) return error;
    from_format_ = frame_->format;
    from_rate_ = frame_->sample_rate;
    from_channels_ = frame_->ch_layout.nb_channels;
    return 0;
}

int Decoder::convert() {
    out_.clear();
    if (frame_->nb_samples <= 0) return 0;
    const int adapted = adapt_resampler();
    if (adapted < 0) return adapted;
    if (first_pts_ == AV_NOPTS_VALUE) first_pts_ = frame_->best_effort_timestamp;
    silence_ = gap_before_frame();
    const int room = swr_get_out_samples(resampler_.get(), frame_->nb_samples);
    if (room < 0) return room;
    out_.resize(static_cast<std::size_t>(room) * channels_);
    auto* into = reinterpret_cast<std::uint8_t*>(out_.data());
    const bool planar = av_sample_fmt_is_planar(static_cast<AVSampleFormat>(frame_->format)) != 0;
    std::array<const std::uint8_t*, measure::kMaxChannels> from{};
    std::copy_n(frame_->extended_data, planar ? frame_->ch_layout.nb_channels : 1, from.begin());
    const int made = swr_convert(resampler_.get(), &into, room, from.data(), frame_->nb_samples);
    if (made < 0) return made;
    out_.resize(static_cast<std::size_t>(made) * channels_);
    waiting_ = true;
    return 0;
}

}  // namespace transcode::worker
