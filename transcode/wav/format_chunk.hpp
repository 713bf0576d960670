#pragma once

#include <cstddef>
#include <span>

#include "policy/result.hpp"
#include "transcode/wav/format.hpp"

namespace transcode::wav {

/// The part of a "fmt " chunk that says anything to us: WAVEFORMATEXTENSIBLE is 40 bytes, anything longer is ignored.
inline constexpr std::size_t kMaxFormatChunkInBytes = 40;

/// Reads the body of a "fmt " chunk (cut to kMaxFormatChunkInBytes): coding, channels and rate, all within the limits
/// of header.hpp. kInvalid or kUnsupported, with what was wrong.
///
///     0 tag u16 | 2 channels u16 | 4 rate u32 | 8 bytes a second u32 | 12 frame bytes u16 | 14 bits a sample u16
///     and for tag 0xFFFE: 16 extension size u16 | 18 valid bits u16 | 20 speakers u32 | 24 GUID, whose start is the
///     tag
policy::Result<Format> read_format_chunk(std::span<const std::byte> body);

/// Whether the samples are of a coding that a media worker decodes: GSM 6.10, MP3, floating point.
bool takes_a_worker(std::span<const std::byte> body);

}  // namespace transcode::wav
