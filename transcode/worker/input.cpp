#include "transcode/worker/input.hpp"

#include <array>
#include <cstdio>
#include <optional>
#include <string_view>

#include "transcode/worker/av_error.hpp"

namespace transcode::worker {

using messages::Coding;
using messages::Job;
using messages::Reason;

namespace {

constexpr int kInputBufferInBytes = 64 * 1024;
constexpr std::int64_t kProbeInBytes = std::int64_t{1024} * 1024;
constexpr std::int64_t kMaxStreams = 16;

struct Accepted {
    AVCodecID id;
    Coding coding;
    const char* decoder;  ///< Of FFmpeg itself: no other library meets the bytes.
};

constexpr std::array<Accepted, 19> kAccepted{{
    {AV_CODEC_ID_PCM_U8, Coding::kPcm, "pcm_u8"},
    {AV_CODEC_ID_PCM_S16LE, Coding::kPcm, "pcm_s16le"},
    {AV_CODEC_ID_PCM_S16BE, Coding::kPcm, "pcm_s16be"},
    {AV_CODEC_ID_PCM_S24LE, Coding::kPcm, "pcm_s24le"},
    {AV_CODEC_ID_PCM_S32LE, Coding::kPcm, "pcm_s32le"},
    {AV_CODEC_ID_PCM_F32LE, Coding::kPcm, "pcm_f32le"},
    {AV_CODEC_ID_PCM_F64LE, Coding::kPcm, "pcm_f64le"},
    {AV_CODEC_ID_PCM_ALAW, Coding::kALaw, "pcm_alaw"},
    {AV_CODEC_ID_PCM_MULAW, Coding::kMuLaw, "pcm_mulaw"},
    {AV_CODEC_ID_GSM, Coding::kGsm, "gsm"},
    {AV_CODEC_ID_GSM_MS, Coding::kGsm, "gsm_ms"},
    {AV_CODEC_ID_MP3, Coding::kMp3, "mp3float"},
    {AV_CODEC_ID_OPUS, Coding::kOpus, "opus"},
    {AV_CODEC_ID_VORBIS, Coding::kVorbis, "vorbis"},
    {AV_CODEC_ID_AAC, Coding::kAac, "aac"},
    {AV_CODEC_ID_AMR_NB, Coding::kAmrNb, "amrnb"},
    {AV_CODEC_ID_AMR_WB, Coding::kAmrWb, "amrwb"},
    {AV_CODEC_ID_FLAC, Coding::kFlac, "flac"},
    {AV_CODEC_ID_NONE, Coding::kPcm, ""},
}};

std::string decoder_names() {
    std::string out;
    for (const auto& one : kAccepted) out += (out.empty() ? "" : ",") + std::string(one.decoder);
    return out;
}

const char* parser_of(messages::Input input) {
    switch (input) {
        case messages::Input::kWav:
            return "wav";
        case messages::Input::kMp3:
            return "mp3";
        case messages::Input::kOgg:
            return "ogg";
        case messages::Input::kWebm:
            return "matroska";
        case messages::Input::kMp4:
            return "mov";
        case messages::Input::kAmr:
            return "amr";
        case messages::Input::kFlac:
            return "flac";
        case messages::Input::kRawL16:
            return "s16be";
    }
    return "";
}

}  // namespace

std::variant<std::unique_ptr<Input>, Reason> Input::open(const Job& job, File& file) {
    std::unique_ptr<Input> out(new Input(file));
    const int error = out->start(job);
    if (error < 0) return reason_of(error);
    return out;
}

int Input::read(void* self, std::uint8_t* into, int size) {
    auto& input = *static_cast<Input*>(self);
    const auto got =
        input.file_.read(input.position_, std::as_writable_bytes(std::span(into, static_cast<std::size_t>(size))));
    if (!got || *got == 0) return AVERROR_EOF;
    input.position_ += *got;
    return static_cast<int>(*got);
}

std::int64_t Input::seek(void* self, std::int64_t offset, int whence) {
    auto& input = *static_cast<Input*>(self);
    const auto size = static_cast<std::int64_t>(input.file_.size_in_bytes());
    if (whence == AVSEEK_SIZE) return size;
    const std::int64_t from = whence == SEEK_CUR   ? static_cast<std::int64_t>(input.position_)
                              : whence == SEEK_END ? size
                                                   : 0;
    std::int64_t target = 0;
    if (__builtin_add_overflow(from, offset, &target) || target < 0) return AVERROR(EINVAL);
    input.position_ = static_cast<std::uint64_t>(target);
    return target;
}

int Input::start(const Job& job) {
    auto* buffer = static_cast<unsigned char*>(av_malloc(kInputBufferInBytes));
    if (buffer == nullptr) return AVERROR(ENOMEM);
    io_.reset(avio_alloc_context(buffer, kInputBufferInBytes, 0, this, &Input::read, nullptr, &Input::seek));
    auto* format = avformat_alloc_context();
    if (!io_ || format == nullptr) return AVERROR(ENOMEM);
    format->pb = io_.get();
    Options options;
    options.set("codec_whitelist", decoder_names().c_str());
    options.set("protocol_whitelist", "none");
    options.set("probesize", kProbeInBytes);
    options.set("max_streams", kMaxStreams);
    options.set("threads", 1);
    if (job.input == messages::Input::kRawL16) {
        options.set("sample_rate", job.rate_hz);
        options.set("ch_layout", (std::to_string(job.channels) + "C").c_str());
    }
    // Frees the context when it fails.
    int error = avformat_open_input(&format, nullptr, av_find_input_format(parser_of(job.input)), options.get());
    if (error < 0) return error;
    format_.reset(format);
    error = avformat_find_stream_info(format_.get(), nullptr);
    if (error < 0) return error;
    return choose_stream();
}

int Input::choose_stream() {
    std::optional<unsigned> sound;
    for (unsigned i = 0; i < format_->nb_streams; ++i) {
        const bool is_sound = format_->streams[i]->codecpar->codec_type == AVMEDIA_TYPE_AUDIO;
        if (is_sound && !sound) sound = i;
        if (sound != i) format_->streams[i]->discard = AVDISCARD_ALL;
    }
    if (!sound) return AVERROR_STREAM_NOT_FOUND;
    stream_ = *sound;
    for (const auto& one : kAccepted) {
        if (one.id == AV_CODEC_ID_NONE || one.id != stream().codecpar->codec_id) continue;
        coding_ = one.coding;
        codec_ = avcodec_find_decoder_by_name(one.decoder);
    }
    return codec_ == nullptr ? AVERROR_DECODER_NOT_FOUND : 0;
}

}  // namespace transcode::worker
