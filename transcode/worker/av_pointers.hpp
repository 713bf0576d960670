#pragma once

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/audio_fifo.h>
#include <libavutil/channel_layout.h>
#include <libavutil/dict.h>
#include <libswresample/swresample.h>
}

#include <concepts>
#include <memory>

namespace transcode::worker {

// All deleters of what FFmpeg allocates: nothing of it is owned by a raw pointer.

struct FreeIo {
    void operator()(AVIOContext* io) const noexcept {
        av_freep(&io->buffer);
        avio_context_free(&io);
    }
};
struct CloseInput {
    void operator()(AVFormatContext* format) const noexcept { avformat_close_input(&format); }
};
struct FreeOutput {
    void operator()(AVFormatContext* format) const noexcept { avformat_free_context(format); }
};
struct FreeCodec {
    void operator()(AVCodecContext* codec) const noexcept { avcodec_free_context(&codec); }
};
struct FreeFrame {
    void operator()(AVFrame* frame) const noexcept { av_frame_free(&frame); }
};
struct FreePacket {
    void operator()(AVPacket* packet) const noexcept { av_packet_free(&packet); }
};
struct FreeResampler {
    void operator()(SwrContext* resampler) const noexcept { swr_free(&resampler); }
};
struct FreeFifo {
    void operator()(AVAudioFifo* fifo) const noexcept { av_audio_fifo_free(fifo); }
};

using IoPtr = std::unique_ptr<AVIOContext, FreeIo>;
using InputPtr = std::unique_ptr<AVFormatContext, CloseInput>;
using OutputPtr = std::unique_ptr<AVFormatContext, FreeOutput>;
using CodecPtr = std::unique_ptr<AVCodecContext, FreeCodec>;
using FramePtr = std::unique_ptr<AVFrame, FreeFrame>;
using PacketPtr = std::unique_ptr<AVPacket, FreePacket>;
using ResamplerPtr = std::unique_ptr<SwrContext, FreeResampler>;
using FifoPtr = std::unique_ptr<AVAudioFifo, FreeFifo>;

/// The options of one call.
class Options {
  public:
    Options() = default;
    ~Options() { av_dict_free(&all_); }
    Options(const Options&) = delete;
    Options& operator=(const Options&) = delete;
    void set(const char* name, const char* value) { av_dict_set(&all_, name, value, 0); }
    void set(const char* name, std::integral auto value) { av_dict_set_int(&all_, name, value, 0); }
    AVDictionary** get() noexcept { return &all_; }

  private:
    AVDictionary* all_ = nullptr;
};

}  // namespace transcode::worker
