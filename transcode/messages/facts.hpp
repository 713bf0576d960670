#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "policy/result.hpp"
#include "transcode/measure/meter.hpp"
#include "transcode/messages/words.hpp"

namespace transcode::messages {

/// What a worker found out about a file.
struct Facts {
    Coding coding = Coding::kPcm;
    std::uint32_t rate_hz = 0;  ///< 4000..192000, as decoded.
    std::uint64_t frames = 0;   ///< That really came out, whatever the header said; a day at most.
    std::vector<measure::ChannelFacts> channels;
    bool equal = false;

    std::uint64_t duration_ms() const noexcept { return rate_hz == 0 ? 0 : frames * 1000 / rate_hz; }
    bool operator==(const Facts&) const = default;
};

/// Payload of a facts message; the frames go into the message's first number.
///
///     0 coding u8 | 1 channels u8 | 2 equal u8 | 3 zero | 4 rate u32 | then for each channel:
///     0 peak u16 | 2 level i16 | 4 silent u32 | 8 clipped u64
std::vector<std::byte> encode(const Facts& facts);
/// kInvalid: not what encode() writes, or numbers that cannot be.
policy::Result<Facts> decode_facts(std::uint64_t frames, std::span<const std::byte> payload);

}  // namespace transcode::messages
