#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "policy/result.hpp"
#include "transcode/wav/format.hpp"

namespace transcode::wav {

/// Which source bytes make one range of the virtual file.
struct Slice {
    std::uint64_t first = 0;          ///< First byte of the virtual file, and
    std::uint64_t size = 0;           ///< how many from there.
    std::uint64_t source_offset = 0;  ///< First byte of the source file that is needed, and
    std::uint64_t source_size = 0;    ///< how many; 0 when only header bytes are asked for.
};

/// A recording as every browser plays it: a 44-byte canonical header and 16-bit little-endian PCM, of the source's rate
/// and channels. Nothing is ever made whole: each range is computed from the source bytes it needs, so seeking is
/// exact.
///
/// Samples: A-law and mu-law by the tables of G.711 (exact); 16 bit as it is; 8 bit shifted up (exact); 24 and 32 bit
/// keep their upper 16 bits. Fuzzed by tests/fuzz/virtual_wav_fuzz.cpp.
///
/// Immutable; any number of threads.
class VirtualWav {
  public:
    static constexpr std::size_t kHeaderInBytes = 44;

    /// kTooLarge: the result would pass 4 GiB, which a RIFF header cannot say. kInvalid: data_bytes is not known (see
    /// fit()).
    static policy::Result<VirtualWav> create(const Format& format);

    std::uint64_t size_in_bytes() const noexcept { return kHeaderInBytes + data_bytes_; }
    const Format& format() const noexcept { return format_; }

    /// The slice [first, last], both included as in HTTP; first <= last < size_in_bytes(), else it is cut to that (and
    /// empty when nothing is left). Ranges may begin and end inside a sample.
    Slice plan(std::uint64_t first, std::uint64_t last) const noexcept;

    /// Writes slice.size bytes to `out`. `source` must be the slice.source_size bytes asked for; kInvalid when `out` is
    /// too small or `source` of another size. May be done in place for kPcm16 only.
    policy::Result<void> render(const Slice& slice, std::span<const std::byte> source, std::span<std::byte> out) const;

    /// True: past the header, the virtual file is the source's bytes as they are, so a caller may send them uncopied:
    /// byte p is byte p - 44 + format().data_offset of the source.
    bool is_verbatim() const noexcept { return format_.coding == Coding::kPcm16; }

    /// How far one gets with the source's bytes before `source_end`: the first position of the virtual file that needs
    /// a byte at or after it. For batches that end where a sealed chunk ends.
    std::uint64_t position_at(std::uint64_t source_end) const noexcept;

  private:
    explicit VirtualWav(const Format& format);

    Format format_;
    std::uint64_t data_bytes_ = 0;
    std::array<std::byte, kHeaderInBytes> header_{};
};

}  // namespace transcode::wav
