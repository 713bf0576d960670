#pragma once

#include <variant>

#include "transcode/messages/message.hpp"
#include "transcode/worker/av_pointers.hpp"
#include "transcode/worker/link.hpp"

namespace transcode::worker {

/// A file, opened by the one parser that its kind names, with its first sound.
class Input {
  public:
    static std::variant<std::unique_ptr<Input>, messages::Reason> open(const messages::Job& job, File& file);

    AVFormatContext& format() noexcept { return *format_; }
    AVStream& stream() noexcept { return *format_->streams[stream_]; }
    messages::Coding coding() const noexcept { return coding_; }
    const AVCodec& codec() const noexcept { return *codec_; }

  private:
    explicit Input(File& file) : file_(file) {}
    static int read(void* self, std::uint8_t* into, int size);
    static std::int64_t seek(void* self, std::int64_t offset, int whence);
    int start(const messages::Job& job);
    int choose_stream();

    File& file_;
    std::uint64_t position_ = 0;
    IoPtr io_;  ///< Outlives format_, which reads through it.
    InputPtr format_;
    unsigned stream_ = 0;
    messages::Coding coding_ = messages::Coding::kPcm;
    const AVCodec* codec_ = nullptr;
};

}  // namespace transcode::worker
