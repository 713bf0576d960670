#include "transcode/measure/meter.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace transcode::measure {

namespace {

constexpr double kFullScale = 32768;
constexpr std::uint64_t kEnergyUnit = 1024;

std::int8_t upper_half(std::int16_t sample) {
    return static_cast<std::int8_t>(sample >> 8);
}

std::int16_t decibels(double rms) {
    if (rms <= 0) return ChannelFacts::kNone;
    return static_cast<std::int16_t>(std::lround(std::max(-127.0, 20 * std::log10(rms / kFullScale))));
}

}  // namespace

Meter::Meter(unsigned channels, std::uint32_t rate_hz) : now_(channels), energy_(channels) {
    measured_.rate_hz = rate_hz;
    measured_.samples_per_point = samples_per_point(rate_hz);
    measured_.channels.resize(channels);
}

void Meter::take(std::span<const std::int16_t> samples) {
    const auto channels = now_.size();
    auto frames = samples.size() / channels;
    const auto* next = samples.data();
    while (frames > 0) {
        const auto count = std::min<std::size_t>(frames, measured_.samples_per_point - in_point_);
        for (std::size_t channel = 0; channel < channels; ++channel) {
            Point& point = now_[channel];
            // Begins with the first sample: a point far from zero does not touch it.
            std::int16_t low = in_point_ == 0 ? next[channel] : point.low;
            std::int16_t high = in_point_ == 0 ? next[channel] : point.high;
            std::uint64_t squares = 0;
            std::uint64_t clipped = 0;
            for (std::size_t i = channel; i < count * channels; i += channels) {
                const std::int32_t sample = next[i];
                low = std::min(low, next[i]);
                high = std::max(high, next[i]);
                squares += static_cast<std::uint64_t>(sample * sample);
                clipped += static_cast<std::uint64_t>(sample >= kClippedFrom || sample <= -kClippedFrom);
            }
            point.low = low;
            point.high = high;
            point.squares += squares;
            measured_.channels[channel].clipped += clipped;
        }
        for (std::size_t i = 0; all_equal_ && i < count * channels; i += channels)
            all_equal_ =
                std::all_of(next + i, next + i + channels, [&](std::int16_t sample) { return sample == next[i]; });
        next += count * channels;
        frames -= count;
        measured_.frames += count;
        in_point_ += static_cast<std::uint32_t>(count);
        if (in_point_ == measured_.samples_per_point) end_point();
    }
}

void Meter::end_point() {
    bool quiet = true;
    for (std::size_t channel = 0; channel < now_.size(); ++channel) {
        Point& point = now_[channel];
        ChannelFacts& facts = measured_.channels[channel];
        const int loudest = std::max(std::abs(int{point.low}), std::abs(int{point.high}));
        facts.peak = std::max(facts.peak, static_cast<std::uint16_t>(loudest));
        energy_[channel] += point.squares / kEnergyUnit;
        const bool loud = std::sqrt(static_cast<double>(point.squares) / in_point_) > kSilenceRms;
        facts.silent = facts.silent && !loud;
        quiet = quiet && !loud;
        measured_.peaks.push_back({upper_half(point.low), upper_half(point.high)});
        point = {};
    }
    if (!quiet) {
        measured_.frames -= in_point_;  // the quiet ended where this point began
        end_silence();
        measured_.frames += in_point_;
        silent_since_ = measured_.frames;
    }
    in_point_ = 0;
}

/// The quiet stretch up to now, if it is long enough to matter.
void Meter::end_silence() {
    const auto start = silent_since_ * 1000 / measured_.rate_hz;
    const auto end = measured_.frames * 1000 / measured_.rate_hz;
    if (end >= start + kShortestSilenceMs) measured_.silence.emplace_back(start, end);
}

Measured Meter::finish() {
    if (in_point_ > 0) end_point();
    end_silence();
    for (std::size_t channel = 0; channel < now_.size(); ++channel) {
        if (measured_.frames == 0) break;
        const auto mean = static_cast<double>(energy_[channel] * kEnergyUnit) / static_cast<double>(measured_.frames);
        measured_.channels[channel].level_db = decibels(std::sqrt(mean));
    }
    measured_.equal = now_.size() > 1 && all_equal_ && measured_.frames > 0;
    return std::move(measured_);
}

}  // namespace transcode::measure
