#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <variant>

#include "gateway/recordings/media_facts.hpp"
#include "policy/result.hpp"
#include "transcode/wav/virtual_wav.hpp"

namespace gateway::recordings {

/// The file that a listener gets, and which bytes of which rendition make it: a virtual WAV of the original, or the
/// playback rendition as it is.
///
/// Immutable; any number of threads.
class PlayedFile {
  public:
    /// kConflict: there is nothing to play (yet). Other errors: those of VirtualWav.
    static policy::Result<PlayedFile> of(const MediaFacts& facts);

    std::string_view rendition() const noexcept;  ///< Of sealed_file.hpp: where the bytes come from.
    std::string_view name() const noexcept;       ///< "audio.wav", "audio.m4a": some players look at it.
    std::string_view media_type() const noexcept;
    std::uint64_t size_in_bytes() const noexcept;
    std::uint64_t source_in_bytes() const noexcept { return source_in_bytes_; }  ///< Of the rendition.

    /// As those of VirtualWav.
    transcode::wav::Slice plan(std::uint64_t first, std::uint64_t last) const noexcept;
    policy::Result<void> render(const transcode::wav::Slice& slice, std::span<const std::byte> source,
                                std::span<std::byte> out) const;
    std::uint64_t position_at(std::uint64_t source_end) const noexcept;
    /// Whether the slice is the source's bytes as they are.
    bool is_verbatim(const transcode::wav::Slice& slice) const noexcept;

    /// For the pace: bytes for each second of sound, at least 1, and those that come before any.
    std::uint64_t bytes_per_second() const noexcept;
    std::uint64_t lead_in_bytes() const noexcept;
    /// Where in the call a byte is, in ms: exact for a WAV, near enough for a rendition of nearly constant rate.
    std::int64_t heard_at(std::int64_t byte) const noexcept;

  private:
    struct AsItIs {
        std::uint64_t size = 0;
        std::uint64_t index = 0;  ///< Comes before the sound.
    };
    explicit PlayedFile(std::variant<transcode::wav::VirtualWav, AsItIs> file) : file_(file) {}

    std::variant<transcode::wav::VirtualWav, AsItIs> file_;
    std::uint64_t duration_ms_ = 0;
    std::uint64_t source_in_bytes_ = 0;
};

}  // namespace gateway::recordings
