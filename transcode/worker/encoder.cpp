#include "transcode/worker/encoder.hpp"

#include <algorithm>
#include <cstdio>
#include <optional>

#include "transcode/worker/av_error.hpp"

namespace transcode::worker {

using messages::Reason;

namespace {

constexpr int kOutputBufferInBytes = 64 * 1024;
constexpr std::array<int, 9> kRates{8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000};

/// The lowest rate that loses nothing.
int rate_for(std::uint32_t rate_hz) {
    const auto* const found =
        std::ranges::find_if(kRates, [rate_hz](int rate) { return rate >= static_cast<int>(rate_hz); });
    return found == kRates.end() ? kRates.back() : *found;
}

/// Of one channel: speech stays clear at these.
std::int64_t bits_per_second(int rate) {
    if (rate <= 12000) return 24'000;
    if (rate <= 16000) return 32'000;
    return rate <= 24000 ? 48'000 : 64'000;
}

}  // namespace

bool MemoryFile::write(std::uint64_t at, std::span<const std::uint8_t> bytes) {
    if (at + bytes.size() > kMaxInBytes) return false;
    size_ = std::max(size_, at + bytes.size());
    while (blocks_.size() * kBlockInBytes < size_) blocks_.push_back(std::make_unique<Block>());
    while (!bytes.empty()) {
        const auto piece = bytes.first(std::min<std::size_t>(bytes.size(), kBlockInBytes - at % kBlockInBytes));
        std::ranges::copy(piece,
                          blocks_[at / kBlockInBytes]->begin() + static_cast<std::ptrdiff_t>(at % kBlockInBytes));
        at += piece.size();
        bytes = bytes.subspan(piece.size());
    }
    return true;
}

std::size_t MemoryFile::read(std::uint64_t at, std::span<std::uint8_t> into) const {
    if (at >= size_) return 0;
    const auto count =
        std::min({static_cast<std::uint64_t>(into.size()), size_ - at, kBlockInBytes - at % kBlockInBytes});
    const auto* from = blocks_[at / kBlockInBytes]->data() + at % kBlockInBytes;
    std::copy_n(from, count, into.begin());
    return count;
}

bool MemoryFile::each(const std::function<bool(std::span<const std::byte>)>& take) const {
    for (std::size_t i = 0; i < blocks_.size(); ++i) {
        const auto count = std::min<std::uint64_t>(kBlockInBytes, size_ - i * kBlockInBytes);
        if (!take(std::as_bytes(std::span(blocks_[i]->data(), count)))) return false;
    }
    return true;
}

std::variant<std::unique_ptr<Encoder>, Reason> Encoder::open(unsigned channels, std::uint32_t rate_hz) {
    std::unique_ptr<Encoder> out(new Encoder());
    const int error = out->start(channels, rate_hz);
    if (error < 0) return reason_of(error);
    return out;
}

std::optional<Reason> Encoder::take(std::span<const std::int16_t> samples) {
    const int error = add(samples);
    return error < 0 ? std::optional(reason_of(error)) : std::nullopt;
}

std::optional<Reason> Encoder::finish() {
    const int error = end();
    return error < 0 ? std::optional(reason_of(error)) : std::nullopt;
}

int Encoder::write(void* cursor, std::uint8_t* bytes, int size) {
    auto& self = *static_cast<Cursor*>(cursor);
    if (!self.file->write(self.at, std::span(bytes, static_cast<std::size_t>(size)))) return AVERROR(ENOSPC);
    self.at += static_cast<std::uint64_t>(size);
    return size;
}

int Encoder::read(void* cursor, std::uint8_t* into, int size) {
    auto& self = *static_cast<Cursor*>(cursor);
    const auto got = self.file->read(self.at, std::span(into, static_cast<std::size_t>(size)));
    self.at += got;
    return got == 0 ? AVERROR_EOF : static_cast<int>(got);
}

std::int64_t Encoder::seek(void* cursor, std::int64_t offset, int whence) {
    auto& self = *static_cast<Cursor*>(cursor);
    const auto size = static_cast<std::int64_t>(self.file->size());
    if (whence == AVSEEK_SIZE) return size;
    const auto from = whence == SEEK_CUR ? static_cast<std::int64_t>(self.at) : whence == SEEK_END ? size : 0;
    if (from + offset < 0) return AVERROR(EINVAL);
    self.at = static_cast<std::uint64_t>(from + offset);
    return from + offset;
}

/// Moving the index to the front reads back what was written.
int Encoder::open_again(AVFormatContext* format, AVIOContext** io, const char* /*url*/, int flags,
                        AVDictionary** /*options*/) {
    auto& self = *static_cast<Encoder*>(format->opaque);
    if ((flags & AVIO_FLAG_WRITE) != 0) return AVERROR(EACCES);
    auto* buffer = static_cast<unsigned char*>(av_malloc(kOutputBufferInBytes));
    if (buffer == nullptr) return AVERROR(ENOMEM);
    self.reader_ = {&self.file_, 0};
    *io = avio_alloc_context(buffer, kOutputBufferInBytes, 0, &self.reader_, &Encoder::read, nullptr, &Encoder::seek);
    if (*io != nullptr) return 0;
    av_free(buffer);
    return AVERROR(ENOMEM);
}

int Encoder::close_again(AVFormatContext* /*format*/, AVIOContext* io) {
    const IoPtr closed(io);
    return 0;
}

int Encoder::start(unsigned channels, std::uint32_t rate_hz) {
    channels_ = channels;
    writer_ = {&file_, 0};
    frame_.reset(av_frame_alloc());
    packet_.reset(av_packet_alloc());
    if (!frame_ || !packet_) return AVERROR(ENOMEM);
    const int error = start_codec(channels, rate_hz);
    return error < 0 ? error : start_file();
}

int Encoder::start_codec(unsigned channels, std::uint32_t rate_hz) {
    const AVCodec* aac = avcodec_find_encoder_by_name("aac");
    codec_.reset(avcodec_alloc_context3(aac));
    if (!codec_) return AVERROR(ENOMEM);
    const int out_channels = channels == 2 ? 2 : 1;
    av_channel_layout_default(&codec_->ch_layout, out_channels);
    codec_->sample_rate = rate_for(rate_hz);
    codec_->sample_fmt = AV_SAMPLE_FMT_FLTP;
    codec_->bit_rate = bits_per_second(codec_->sample_rate) * out_channels;
    codec_->time_base = {1, codec_->sample_rate};
    codec_->thread_count = 1;
    codec_->flags |= AV_CODEC_FLAG_GLOBAL_HEADER | AV_CODEC_FLAG_BITEXACT;
    Options options;
    options.set("aac_coder", "fast");
    options.set("aac_ms", 0);
    options.set("aac_is", 0);
    int error = avcodec_open2(codec_.get(), aac, options.get());
    if (error < 0) return error;

    AVChannelLayout from{};
    av_channel_layout_default(&from, static_cast<int>(channels));
    SwrContext* made = nullptr;
    error = swr_alloc_set_opts2(&made, &codec_->ch_layout, AV_SAMPLE_FMT_FLTP, codec_->sample_rate, &from,
                                AV_SAMPLE_FMT_S16, static_cast<int>(rate_hz), 0, nullptr);
    resampler_.reset(made);
    if (error < 0) return error;
    if (channels > 2) {  // every party as loud as the others, whatever a film would do with such channels
        const std::vector<double> equal(channels, 1.0 / channels);
        error = swr_set_matrix(made, equal.data(), static_cast<int>(channels));
        if (error < 0) return error;
    }
    error = swr_init(made);
    if (error < 0) return error;
    fifo_.reset(av_audio_fifo_alloc(AV_SAMPLE_FMT_FLTP, out_channels, codec_->frame_size));
    return fifo_ ? 0 : AVERROR(ENOMEM);
}

int Encoder::start_file() {
    AVFormatContext* format = nullptr;
    int error = avformat_alloc_output_context2(&format, nullptr, "ipod", "");
    format_.reset(format);
    if (error < 0) return error;
    auto* buffer = static_cast<unsigned char*>(av_malloc(kOutputBufferInBytes));
    if (buffer == nullptr) return AVERROR(ENOMEM);
    io_.reset(avio_alloc_context(buffer, kOutputBufferInBytes, 1, &writer_, nullptr, &Encoder::write, &Encoder::seek));
    if (!io_) return AVERROR(ENOMEM);
    format->pb = io_.get();
    format->opaque = this;
    format->io_open = &Encoder::open_again;
    format->io_close2 = &Encoder::close_again;
    format->flags |= AVFMT_FLAG_BITEXACT;
    AVStream* stream = avformat_new_stream(format, nullptr);
    if (stream == nullptr) return AVERROR(ENOMEM);
    error = avcodec_parameters_from_context(stream->codecpar, codec_.get());
    if (error < 0) return error;
    stream->time_base = codec_->time_base;
    Options options;
    options.set("movflags", "+faststart");
    return avformat_write_header(format, options.get());
}

int Encoder::add(std::span<const std::int16_t> samples) {
    const auto frames = static_cast<int>(samples.size() / channels_);
    const int room = swr_get_out_samples(resampler_.get(), frames);
    if (room < 0) return room;
    const auto channels = static_cast<std::size_t>(codec_->ch_layout.nb_channels);
    converted_.resize(static_cast<std::size_t>(std::max(1, room)) * channels);
    std::array<std::uint8_t*, 2> into{};
    for (std::size_t i = 0; i < channels; ++i)
        into[i] = reinterpret_cast<std::uint8_t*>(converted_.data() + i * static_cast<std::size_t>(room));
    const auto* from = reinterpret_cast<const std::uint8_t*>(samples.data());
    const int made = swr_convert(resampler_.get(), into.data(), room, samples.empty() ? nullptr : &from, frames);
    if (made < 0) return made;
    std::array<void*, 2> planes{into[0], into[1]};
    const int written = av_audio_fifo_write(fifo_.get(), planes.data(), made);
    return written < 0 ? written : drain_fifo(false);
}

int Encoder::drain_fifo(bool all) {
    while (av_audio_fifo_size(fifo_.get()) >= (all ? 1 : codec_->frame_size)) {
        av_frame_unref(frame_.get());
        frame_->nb_samples = std::min(av_audio_fifo_size(fifo_.get()), codec_->frame_size);
        frame_->format = codec_->sample_fmt;
        frame_->sample_rate = codec_->sample_rate;
        int error = av_channel_layout_copy(&frame_->ch_layout, &codec_->ch_layout);
        if (error >= 0) error = av_frame_get_buffer(frame_.get(), 0);
        if (error < 0) return error;
        error = av_audio_fifo_read(fifo_.get(), reinterpret_cast<void**>(frame_->data), frame_->nb_samples);
        if (error < 0) return error;
        frame_->pts = position_;
        position_ += frame_->nb_samples;
        error = encode(frame_.get());
        if (error < 0) return error;
    }
    return 0;
}

int Encoder::encode(const AVFrame* frame) {
    int error = avcodec_send_frame(codec_.get(), frame);
    while (error >= 0) {
        error = avcodec_receive_packet(codec_.get(), packet_.get());
        if (error == AVERROR(EAGAIN) || error == AVERROR_EOF) return 0;
        if (error < 0) return error;
        packet_->stream_index = 0;
        av_packet_rescale_ts(packet_.get(), codec_->time_base, format_->streams[0]->time_base);
        error = av_write_frame(format_.get(), packet_.get());
        av_packet_unref(packet_.get());
    }
    return error;
}

int Encoder::end() {
    int error = add({});  // what the resampler still holds
    if (error >= 0) error = drain_fifo(true);
    if (error >= 0) error = encode(nullptr);
    if (error >= 0) error = av_write_trailer(format_.get());
    avio_flush(io_.get());
    return error < 0 ? error : io_->error;
}

}  // namespace transcode::worker
