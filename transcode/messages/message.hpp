#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "policy/result.hpp"
#include "transcode/messages/words.hpp"

namespace transcode::messages {

enum class Kind : std::uint32_t { kJob = 1, kBytes, kRead, kFacts, kOutline, kRendition, kDone, kFailed };

inline constexpr std::size_t kHeaderInBytes = 24;
inline constexpr std::size_t kMaxPayloadInBytes = std::size_t{64} * 1024;
/// Of a rendition: five and a half hours of stereo at 48 kHz, fifteen at 8 kHz.
inline constexpr std::uint64_t kMaxRenditionInBytes = std::uint64_t{320} * 1024 * 1024;

/// The start of every message; README.md has the layout and what the numbers mean.
struct Header {
    Kind kind = Kind::kJob;
    std::uint32_t payload_in_bytes = 0;  ///< 0..kMaxPayloadInBytes
    std::uint64_t first = 0;
    std::uint64_t second = 0;
};
using HeaderBytes = std::array<std::byte, kHeaderInBytes>;

HeaderBytes encode(const Header& header);
/// kInvalid: no such kind, or a payload that is too long.
policy::Result<Header> decode_header(std::span<const std::byte, kHeaderInBytes> bytes);

/// What a worker is to do: the payload and the numbers of a job message.
struct Job {
    Input input = Input::kWav;
    std::uint64_t file_in_bytes = 0;
    bool rendition = false;     ///< Else facts and outline only.
    unsigned channels = 0;      ///< 1..8 for kRawL16, else 0.
    std::uint32_t rate_hz = 0;  ///< 4000..192000 for kRawL16, else 0.
};

/// Header and payload.
std::vector<std::byte> encode(const Job& job);
policy::Result<Job> decode_job(const Header& header, std::span<const std::byte> payload);

}  // namespace transcode::messages
