#include "transcode/wav/virtual_wav.hpp"

#include <algorithm>
#include <cstring>
#include <limits>

#include "transcode/wav/g711.hpp"
#include "transcode/wav/little_endian.hpp"

namespace transcode::wav {

namespace {

using policy::Code;
using policy::fail;

constexpr unsigned kOutSampleInBytes = 2;
constexpr std::uint64_t kMaxDataInBytes =
    std::numeric_limits<std::uint32_t>::max() - 36;  // the RIFF size counts 36 more

void put_id(std::byte* out, const char (&id)[5]) {
    std::memcpy(out, id, 4);
}

std::array<std::byte, VirtualWav::kHeaderInBytes> header_of(const Format& format, std::uint32_t data_bytes) {
    std::array<std::byte, VirtualWav::kHeaderInBytes> header{};
    std::byte* const out = header.data();
    const auto frame_bytes = static_cast<std::uint16_t>(format.channels * kOutSampleInBytes);
    put_id(out, "RIFF");
    write_le<std::uint32_t>(out + 4, 36 + data_bytes);
    put_id(out + 8, "WAVE");
    put_id(out + 12, "fmt ");
    write_le<std::uint32_t>(out + 16, 16);
    write_le<std::uint16_t>(out + 20, 1);  // PCM
    write_le<std::uint16_t>(out + 22, static_cast<std::uint16_t>(format.channels));
    write_le<std::uint32_t>(out + 24, format.sample_rate_hz);
    write_le<std::uint32_t>(out + 28, format.sample_rate_hz * frame_bytes);
    write_le<std::uint16_t>(out + 32, frame_bytes);
    write_le<std::uint16_t>(out + 34, 16);
    put_id(out + 36, "data");
    write_le<std::uint32_t>(out + 40, data_bytes);
    return header;
}

/// The sample at `source` as 16 bits.
template <Coding coding>
std::uint16_t sample_at(const std::byte* source) {
    if constexpr (coding == Coding::kPcm8) {
        return static_cast<std::uint16_t>((std::to_integer<unsigned>(source[0]) ^ 0x80U) << 8U);
    } else if constexpr (coding == Coding::kALaw) {
        return static_cast<std::uint16_t>(kALawTable[std::to_integer<std::size_t>(source[0])]);
    } else if constexpr (coding == Coding::kMuLaw) {
        return static_cast<std::uint16_t>(kMuLawTable[std::to_integer<std::size_t>(source[0])]);
    } else {  // the upper 16 bits of a wider one
        constexpr std::size_t kDropped = coding == Coding::kPcm24 ? 1 : 2;
        return static_cast<std::uint16_t>(std::to_integer<unsigned>(source[kDropped]) |
                                          std::to_integer<unsigned>(source[kDropped + 1]) << 8U);
    }
}

/// Writes `out.size()` bytes of converted samples; when `from_second_byte`, the first sample gives its second byte
/// only.
template <Coding coding>
void convert(const std::byte* source, std::span<std::byte> out, bool from_second_byte) {
    constexpr std::size_t kStep = coding == Coding::kPcm24 ? 3 : coding == Coding::kPcm32 ? 4 : 1;
    std::array<std::byte, kOutSampleInBytes> edge{};
    std::byte* to = out.data();
    std::size_t left = out.size();
    if (from_second_byte && left > 0) {
        write_le<std::uint16_t>(edge.data(), sample_at<coding>(source));
        *to++ = edge[1];
        source += kStep;
        --left;
    }
    for (; left >= kOutSampleInBytes; left -= kOutSampleInBytes) {
        write_le<std::uint16_t>(to, sample_at<coding>(source));
        to += kOutSampleInBytes;
        source += kStep;
    }
    if (left > 0) {
        write_le<std::uint16_t>(edge.data(), sample_at<coding>(source));
        *to = edge[0];
    }
}

}  // namespace

VirtualWav::VirtualWav(const Format& format)
    : format_(format),
      data_bytes_(format.frames() * format.channels * kOutSampleInBytes),
      header_(header_of(format, static_cast<std::uint32_t>(data_bytes_))) {}

policy::Result<VirtualWav> VirtualWav::create(const Format& format) {
    if (!format.data_bytes) return fail(Code::kInvalid, "WAV: the length of the samples is not known yet");
    if (format.frames() > kMaxDataInBytes / (std::uint64_t{format.channels} * kOutSampleInBytes)) {
        return fail(Code::kTooLarge, "WAV: longer than 4 GiB as 16-bit samples");
    }
    return VirtualWav(format);
}

Slice VirtualWav::plan(std::uint64_t first, std::uint64_t last) const noexcept {
    Slice slice;
    slice.first = std::min(first, size_in_bytes());
    const std::uint64_t end = last >= size_in_bytes() ? size_in_bytes() : last + 1;
    if (end <= slice.first) return slice;
    slice.size = end - slice.first;
    if (end <= kHeaderInBytes) return slice;
    const std::uint64_t data_first = std::max<std::uint64_t>(slice.first, kHeaderInBytes) - kHeaderInBytes;
    const std::uint64_t data_end = end - kHeaderInBytes;
    if (is_verbatim()) {
        slice.source_offset = format_.data_offset + data_first;
        slice.source_size = data_end - data_first;
        return slice;
    }
    const std::uint64_t first_sample = data_first / kOutSampleInBytes;
    const std::uint64_t end_sample = (data_end + kOutSampleInBytes - 1) / kOutSampleInBytes;
    slice.source_offset = format_.data_offset + first_sample * bytes_per_sample(format_.coding);
    slice.source_size = (end_sample - first_sample) * bytes_per_sample(format_.coding);
    return slice;
}

policy::Result<void> VirtualWav::render(const Slice& slice, std::span<const std::byte> source,
                                        std::span<std::byte> out) const {
    if (slice.size == 0) return {};
    const Slice planned = plan(slice.first, slice.first + slice.size - 1);
    if (planned.size != slice.size || planned.source_size != source.size() || out.size() < slice.size) {
        return fail(Code::kInvalid, "WAV: bytes that do not fit the slice");
    }
    std::span<std::byte> rest = out.first(static_cast<std::size_t>(slice.size));
    if (slice.first < kHeaderInBytes) {
        const auto at = static_cast<std::size_t>(slice.first);
        const std::size_t header_bytes = std::min(rest.size(), kHeaderInBytes - at);
        std::memcpy(rest.data(), header_.data() + at, header_bytes);
        rest = rest.subspan(header_bytes);
    }
    if (rest.empty()) return {};
    const bool from_second_byte =
        slice.first > kHeaderInBytes && (slice.first - kHeaderInBytes) % kOutSampleInBytes != 0;
    switch (format_.coding) {
        case Coding::kPcm16:
            std::memmove(rest.data(), source.data(), rest.size());
            break;
        case Coding::kPcm8:
            convert<Coding::kPcm8>(source.data(), rest, from_second_byte);
            break;
        case Coding::kPcm24:
            convert<Coding::kPcm24>(source.data(), rest, from_second_byte);
            break;
        case Coding::kPcm32:
            convert<Coding::kPcm32>(source.data(), rest, from_second_byte);
            break;
        case Coding::kALaw:
            convert<Coding::kALaw>(source.data(), rest, from_second_byte);
            break;
        case Coding::kMuLaw:
            convert<Coding::kMuLaw>(source.data(), rest, from_second_byte);
            break;
    }
    return {};
}

std::uint64_t VirtualWav::position_at(std::uint64_t source_end) const noexcept {
    if (source_end <= format_.data_offset) return std::min<std::uint64_t>(kHeaderInBytes, size_in_bytes());
    const std::uint64_t bytes = source_end - format_.data_offset;
    if (bytes >= format_.data_bytes.value_or(0)) return size_in_bytes();
    if (is_verbatim()) return kHeaderInBytes + bytes;
    return kHeaderInBytes + bytes / bytes_per_sample(format_.coding) * kOutSampleInBytes;
}

}  // namespace transcode::wav
