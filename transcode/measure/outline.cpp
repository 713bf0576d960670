#include "transcode/measure/outline.hpp"

#include <charconv>
#include <cstring>
#include <string>
#include <string_view>

#include "transcode/wav/little_endian.hpp"

namespace transcode::measure {

using policy::Code;
using policy::fail;
using policy::Result;
using wav::append_le;
using wav::read_le;

namespace {

constexpr std::uint32_t kVersion = 2;
constexpr std::uint32_t kEightBits = 1;
constexpr std::string_view kSilenceStart = R"({"silence":[)";
constexpr std::string_view kSilenceEnd = "]}";

std::string silence_json(const Measured& measured) {
    std::string out(kSilenceStart);
    for (const auto& [start, end] : measured.silence) {
        if (out.back() == ']') out += ',';
        out += '[' + std::to_string(start) + ',' + std::to_string(end) + ']';
    }
    return out += kSilenceEnd;
}

/// Takes `expected` off the front.
bool skip(std::string_view& text, std::string_view expected) {
    if (!text.starts_with(expected)) return false;
    text.remove_prefix(expected.size());
    return true;
}

bool take_number(std::string_view& text, std::uint64_t& number) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{}) return false;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return true;
}

bool is_silence(std::string_view text, std::uint64_t duration_ms) {
    if (!skip(text, kSilenceStart)) return false;
    std::uint64_t before = 0;
    for (bool first = true; text != kSilenceEnd; first = false) {
        std::uint64_t start = 0;
        std::uint64_t end = 0;
        if (!first && !skip(text, ",")) return false;
        if (!skip(text, "[") || !take_number(text, start) || !skip(text, ",") || !take_number(text, end)) return false;
        if (!skip(text, "]") || start >= end || end > duration_ms || (!first && start <= before)) return false;
        before = end;
    }
    return true;
}

}  // namespace

std::vector<std::byte> write_outline(const Measured& measured) {
    const auto channels = measured.channels.size();
    std::vector<std::byte> out;
    const auto silence = silence_json(measured);
    out.reserve(kPeaksHeaderInBytes + 2 * measured.peaks.size() + silence.size());
    append_le(out, kVersion);
    append_le(out, kEightBits);
    append_le(out, measured.rate_hz);
    append_le(out, measured.samples_per_point);
    append_le(out, static_cast<std::uint32_t>(channels == 0 ? 0 : measured.peaks.size() / channels));
    append_le(out, static_cast<std::uint32_t>(channels));
    for (const Peak& peak : measured.peaks) {
        out.push_back(static_cast<std::byte>(peak.low));
        out.push_back(static_cast<std::byte>(peak.high));
    }
    const auto text = std::as_bytes(std::span(silence));
    out.insert(out.end(), text.begin(), text.end());
    return out;
}

Result<OutlineParts> read_outline(std::span<const std::byte> start, std::size_t size) {
    if (start.size() < kPeaksHeaderInBytes || size < kPeaksHeaderInBytes)
        return fail(Code::kInvalid, "an outline is cut");
    if (read_le<std::uint32_t>(start, 0) != kVersion || read_le<std::uint32_t>(start, 4) != kEightBits)
        return fail(Code::kInvalid, "an outline of another kind");
    OutlineParts out;
    out.rate_hz = read_le<std::uint32_t>(start, 8);
    out.samples_per_point = read_le<std::uint32_t>(start, 12);
    out.points = read_le<std::uint32_t>(start, 16);
    out.channels = read_le<std::uint32_t>(start, 20);
    if (out.channels == 0 || out.channels > kMaxChannels || out.rate_hz == 0 || out.rate_hz > kMaxRateHz ||
        out.samples_per_point == 0)
        return fail(Code::kInvalid, "an outline with impossible numbers");
    const auto peaks = std::uint64_t{out.points} * out.channels * 2;
    if (peaks > size - kPeaksHeaderInBytes) return fail(Code::kInvalid, "an outline is cut");
    out.peaks_in_bytes = kPeaksHeaderInBytes + static_cast<std::size_t>(peaks);
    return out;
}

Result<void> check_outline(std::span<const std::byte> outline) {
    if (outline.size() > kMaxOutlineInBytes) return fail(Code::kTooLarge, "an outline is too long");
    const auto parts = read_outline(outline, outline.size());
    if (parts.has_error()) return parts.error();
    for (std::size_t i = kPeaksHeaderInBytes; i < parts->peaks_in_bytes; i += 2) {
        if (static_cast<std::int8_t>(outline[i]) > static_cast<std::int8_t>(outline[i + 1]))
            return fail(Code::kInvalid, "a point whose lowest sample is above its highest");
    }
    const auto rest = outline.subspan(parts->peaks_in_bytes);
    const std::string_view text(reinterpret_cast<const char*>(rest.data()), rest.size());
    const auto longest_ms = std::uint64_t{parts->points} * parts->samples_per_point * 1000 / parts->rate_hz;
    if (!is_silence(text, longest_ms)) return fail(Code::kInvalid, "a silence that is none");
    return {};
}

}  // namespace transcode::measure
