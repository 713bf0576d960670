#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <variant>

#include "policy/result.hpp"
#include "transcode/wav/format.hpp"

namespace transcode::wav {

/// Samples must start within this much; what comes before is headers of other chunks.
inline constexpr std::size_t kMaxHeaderInBytes = std::size_t{64} * 1024;
inline constexpr std::uint32_t kMinSampleRateHz = 4000;
inline constexpr std::uint32_t kMaxSampleRateHz = 192000;
inline constexpr unsigned kMaxChannels = 8;

/// Not decided yet: give a prefix of at least `bytes` (at most kMaxHeaderInBytes), or all there is.
struct NeedMore {
    std::size_t bytes = 0;
};

/// A WAV whose samples a media worker decodes: GSM 6.10, MP3, floating point.
struct TakesWorker {};

/// The format, or a wish for more, or who can read it, or the reason for refusal:
///   kInvalid      not a WAV, or a broken one (what a broken header has wrong is in `what`; a file that ends inside it
///   too) kUnsupported  a WAV whose samples nobody here decodes (ADPCM, G.729 ...), named in `what`; RF64 too kTooLarge
///   no samples within kMaxHeaderInBytes
using HeaderOutcome = std::variant<Format, NeedMore, TakesWorker, policy::Error>;

/// Reads a RIFF/WAVE header from the first bytes of a file, as they come: call again with a longer prefix after
/// NeedMore. `total_bytes` is the length of the whole file when known. Chunks before the samples may come in any order,
/// are padded to even sizes, and are skipped but for "fmt ". The RIFF size is not believed. A data size of 0,
/// 0xFFFFFFFF (and, when the file is shorter, anything from 0x7FFFF000) means "to the end of the file", as streaming
/// recorders write it; any other size larger than the file is cut and told in Format::missing_bytes.
///
/// Reads only `prefix`; never throws but for memory. Fuzzed by tests/fuzz/wav_header_fuzz.cpp.
HeaderOutcome parse_header(std::span<const std::byte> prefix, std::optional<std::uint64_t> total_bytes);

/// The same format once the length of the file is known (a body that came without a length): data_bytes and
/// missing_bytes are then right. kInvalid when the file ends before its samples start.
policy::Result<Format> fit(Format format, std::uint64_t total_bytes);

}  // namespace transcode::wav
