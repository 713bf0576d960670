#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace transcode::measure {

inline constexpr unsigned kPointsPerSecond = 20;
inline constexpr unsigned kMaxChannels = 8;
inline constexpr std::uint32_t kMinRateHz = 4000;
inline constexpr std::uint32_t kMaxRateHz = 192'000;
/// Longest recording: a day. What claims to hold more is no call.
inline constexpr std::uint64_t kLongestSeconds = std::uint64_t{24} * 3600;

/// Samples of one point at this rate.
constexpr std::uint32_t samples_per_point(std::uint32_t rate_hz) {
    const auto rounded = (rate_hz + kPointsPerSecond / 2) / kPointsPerSecond;
    return rounded == 0 ? 1 : rounded;
}
/// RMS below which nobody speaks, of 32768: -45 dBFS.
inline constexpr double kSilenceRms = 184;
/// From here on a sample counts as clipped: the loudest that mu-law can say. A-law ends at 32256, PCM at 32767.
inline constexpr int kClippedFrom = 32124;
inline constexpr std::uint64_t kShortestSilenceMs = 500;

/// What one channel holds.
struct ChannelFacts {
    std::uint16_t peak = 0;         ///< Largest absolute sample, 0..32768.
    std::int16_t level_db = kNone;  ///< RMS over all of it, in dBFS, rounded; kNone for digital silence.
    std::uint64_t clipped = 0;      ///< Samples at full scale.
    bool silent = true;             ///< No point of it is louder than kSilenceRms.

    static constexpr std::int16_t kNone = -128;
    bool operator==(const ChannelFacts&) const = default;
};

/// The lowest and the highest sample of a point, cut to 8 bits.
struct Peak {
    std::int8_t low = 0;
    std::int8_t high = 0;
    bool operator==(const Peak&) const = default;
};

/// What a call is, as measured.
struct Measured {
    std::uint32_t rate_hz = 0;
    std::uint32_t samples_per_point = 0;
    std::uint64_t frames = 0;
    std::vector<ChannelFacts> channels;
    bool equal = false;       ///< Two channels or more, and all the same throughout.
    std::vector<Peak> peaks;  ///< By point, then channel.
    std::vector<std::pair<std::uint64_t, std::uint64_t>> silence;  ///< [start, end) in ms, ordered, disjoint.

    std::uint64_t duration_ms() const noexcept { return rate_hz == 0 ? 0 : frames * 1000 / rate_hz; }
};

/// Measures samples as they come. Memory: two bytes a point and channel (20 points a second).
///
/// Thread safety: none. Never throws but for memory.
class Meter {
  public:
    /// 1..kMaxChannels channels, 1..kMaxRateHz samples a second each.
    Meter(unsigned channels, std::uint32_t rate_hz);

    /// Interleaved samples of whole frames.
    void take(std::span<const std::int16_t> samples);
    std::uint64_t frames() const noexcept { return measured_.frames; }

    /// Ends the last point. Call once.
    Measured finish();

  private:
    struct Point {
        std::int16_t low = 0;
        std::int16_t high = 0;
        std::uint64_t squares = 0;
    };
    void end_point();
    void end_silence();

    Measured measured_;
    std::vector<Point> now_;             ///< The point under way, by channel.
    std::vector<std::uint64_t> energy_;  ///< Sum of squares, by channel, of 2^-10 each: an hour does not overflow.
    std::uint32_t in_point_ = 0;
    std::uint64_t silent_since_ = 0;  ///< The first frame of the quiet points up to now.
    bool all_equal_ = true;
};

}  // namespace transcode::measure
