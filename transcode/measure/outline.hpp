#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "policy/result.hpp"
#include "transcode/measure/meter.hpp"

namespace transcode::measure {

inline constexpr std::size_t kPeaksHeaderInBytes = 24;
/// Of one outline: 24 hours of 8 channels are 28 MB, a call of an hour in stereo 300 kB.
inline constexpr std::size_t kMaxOutlineInBytes = std::size_t{32} * 1024 * 1024;

/// The bytes of an outline (README.md has the layout): peaks, then the silence.
std::vector<std::byte> write_outline(const Measured& measured);

/// Where the parts of an outline are.
struct OutlineParts {
    std::size_t peaks_in_bytes = 0;  ///< From the start: a file as the BBC's audiowaveform writes it. JSON follows.
    std::uint32_t rate_hz = 0;
    std::uint32_t samples_per_point = 0;
    std::uint32_t points = 0;
    unsigned channels = 0;
};

/// Reads the header of an outline whose first bytes are given (24 or more) and whose length is `size`. kInvalid: it is
/// none, or its peaks would not fit in. Believes nothing.
policy::Result<OutlineParts> read_outline(std::span<const std::byte> start, std::size_t size);

/// Whether all of it is as write_outline() makes it: lows below highs, and silence in order and within the call. What a
/// worker wrote is looked at before anyone is given it.
policy::Result<void> check_outline(std::span<const std::byte> outline);

}  // namespace transcode::measure
