#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <variant>
#include <vector>

#include "transcode/messages/message.hpp"
#include "transcode/messages/words.hpp"
#include "transcode/worker/av_pointers.hpp"

namespace transcode::worker {

/// A file in memory that can be written at any place: its index comes first and is known last.
class MemoryFile {
  public:
    static constexpr std::size_t kBlockInBytes = std::size_t{256} * 1024;
    static constexpr std::uint64_t kMaxInBytes = messages::kMaxRenditionInBytes;

    /// False: it would pass kMaxInBytes.
    bool write(std::uint64_t at, std::span<const std::uint8_t> bytes);
    std::size_t read(std::uint64_t at, std::span<std::uint8_t> into) const;
    std::uint64_t size() const noexcept { return size_; }
    /// Its bytes in order, in pieces; stops when `take` says no.
    bool each(const std::function<bool(std::span<const std::byte>)>& take) const;

  private:
    using Block = std::array<std::uint8_t, kBlockInBytes>;
    std::vector<std::unique_ptr<Block>> blocks_;
    std::uint64_t size_ = 0;
};

/// The playback rendition: AAC-LC in an .m4a whose index comes first, which every browser seeks in exactly.
///
/// Mono and stereo keep their channels apart (no joint coding: two parties must not bleed into each other); more
/// channels are mixed to one. Rates that AAC lacks, and those above 48 kHz, are converted.
class Encoder {
  public:
    static std::variant<std::unique_ptr<Encoder>, messages::Reason> open(unsigned channels, std::uint32_t rate_hz);

    /// Interleaved samples. A reason: it cannot go on.
    std::optional<messages::Reason> take(std::span<const std::int16_t> samples);
    std::optional<messages::Reason> finish();
    const MemoryFile& file() const noexcept { return file_; }

  private:
    Encoder() = default;
    /// A reader or writer of the file under way, as FFmpeg knows it.
    struct Cursor {
        MemoryFile* file = nullptr;
        std::uint64_t at = 0;
    };
    static int write(void* cursor, std::uint8_t* bytes, int size);
    static int read(void* cursor, std::uint8_t* into, int size);
    static std::int64_t seek(void* cursor, std::int64_t offset, int whence);
    static int open_again(AVFormatContext* format, AVIOContext** io, const char* url, int flags,
                          AVDictionary** options);
    static int close_again(AVFormatContext* format, AVIOContext* io);

    int start(unsigned channels, std::uint32_t rate_hz);
    int start_codec(unsigned channels, std::uint32_t rate_hz);
    int start_file();
    int add(std::span<const std::int16_t> samples);
    int drain_fifo(bool all);
    int encode(const AVFrame* frame);
    int end();

    unsigned channels_ = 0;  ///< Of what comes in.
    MemoryFile file_;
    Cursor writer_;
    Cursor reader_;
    IoPtr io_;
    OutputPtr format_;
    CodecPtr codec_;
    ResamplerPtr resampler_;
    FifoPtr fifo_;
    FramePtr frame_;
    PacketPtr packet_;
    std::vector<float> converted_;
    std::int64_t position_ = 0;
};

}  // namespace transcode::worker
