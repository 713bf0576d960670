#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace transcode::wav {

/// The sample codings that play without FFmpeg.
enum class Coding {
    kPcm8,   ///< unsigned, 128 is silence
    kPcm16,  ///< signed little-endian, as are the next two
    kPcm24,
    kPcm32,
    kALaw,   ///< ITU-T G.711 A-law
    kMuLaw,  ///< ITU-T G.711 mu-law
};

std::string_view name_of(Coding coding);            ///< "pcm_s16le", "pcm_alaw", ...
unsigned bytes_per_sample(Coding coding) noexcept;  ///< 1..4

/// What a WAV header says about the audio that follows it.
struct Format {
    Coding coding = Coding::kPcm16;
    unsigned channels = 1;             ///< 1..8
    std::uint32_t sample_rate_hz = 0;  ///< 4000..192000
    std::uint64_t data_offset = 0;     ///< Of the first sample, in bytes from the start of the file.

    /// Bytes of samples, cut to whole frames. None: the header left it open (0 or 0xFFFFFFFF) and the length of the
    /// file was not known either; fit() fills it in.
    std::optional<std::uint64_t> data_bytes;
    /// Bytes the header promises and the file lacks: a recording cut short. 0 when the header left it open.
    std::uint64_t missing_bytes = 0;

    unsigned frame_bytes() const noexcept { return channels * bytes_per_sample(coding); }
    std::uint64_t frames() const noexcept { return data_bytes.value_or(0) / frame_bytes(); }
    std::uint64_t duration_ms() const noexcept { return frames() * 1000 / sample_rate_hz; }
};

}  // namespace transcode::wav
