#include "transcode/wav/format_chunk.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <optional>
#include <string>

#include "transcode/wav/header.hpp"
#include "transcode/wav/little_endian.hpp"

namespace transcode::wav {

namespace {

using policy::Code;
using policy::fail;
using policy::Result;

constexpr std::uint16_t kTagPcm = 0x0001;
constexpr std::uint16_t kTagALaw = 0x0006;
constexpr std::uint16_t kTagMuLaw = 0x0007;
constexpr std::uint16_t kTagExtensible = 0xFFFE;

struct KnownTag {
    std::uint16_t tag;
    std::string_view name;
};

/// What telephony is known to put into a WAV, so that the refusal can say its name (RFC 2361 and mmreg.h).
constexpr std::array<KnownTag, 22> kOtherTags{{
    {0x0002, "Microsoft ADPCM"},
    {0x0003, "32-bit float"},
    {0x0010, "OKI ADPCM"},
    {0x0011, "IMA ADPCM"},
    {0x0014, "G.723 ADPCM"},
    {0x0016, "G.723 ADPCM"},
    {0x0022, "TrueSpeech"},
    {0x0028, "LRC"},
    {0x0031, "GSM 6.10"},
    {0x0040, "G.721 ADPCM"},
    {0x0041, "CELP"},
    {0x0042, "G.723.1"},
    {0x0045, "G.726 ADPCM"},
    {0x0050, "MPEG audio"},
    {0x0055, "MP3"},
    {0x0064, "G.726 ADPCM"},
    {0x0065, "G.722"},
    {0x0083, "G.729"},
    {0x00FF, "AAC"},
    {0x1600, "AAC (ADTS)"},
    {0x704F, "Opus"},
    {0xA109, "Speex"},
}};

std::string name_of_tag(std::uint16_t tag) {
    const auto* const known =
        std::find_if(kOtherTags.begin(), kOtherTags.end(), [tag](const KnownTag& entry) { return entry.tag == tag; });
    if (known != kOtherTags.end()) return std::string(known->name);
    std::array<char, 32> text{};
    static_cast<void>(std::snprintf(text.data(), text.size(), "format tag 0x%04X", static_cast<unsigned>(tag)));
    return text.data();
}

/// The tag that counts: an extensible format keeps it in the first two bytes of its GUID, before a fixed tail.
Result<std::uint16_t> effective_tag(std::span<const std::byte> body) {
    const std::uint16_t tag = read_le<std::uint16_t>(body, 0);
    if (tag != kTagExtensible) return tag;
    if (body.size() < kMaxFormatChunkInBytes)
        return fail(Code::kInvalid, "WAV: extensible format of fewer than 40 bytes");
    static constexpr std::array<unsigned char, 14> kGuidTail{0, 0, 0,    0, 0x10, 0,    0x80,
                                                             0, 0, 0xAA, 0, 0x38, 0x9B, 0x71};
    for (std::size_t i = 0; i < kGuidTail.size(); ++i) {
        if (std::to_integer<unsigned>(body[26 + i]) != kGuidTail[i]) {
            return fail(Code::kUnsupported, "WAV: samples of an unknown extensible format");
        }
    }
    return read_le<std::uint16_t>(body, 24);
}

std::optional<Coding> pcm_of(unsigned bits) {
    switch (bits) {
        case 8:
            return Coding::kPcm8;
        case 16:
            return Coding::kPcm16;
        case 24:
            return Coding::kPcm24;
        case 32:
            return Coding::kPcm32;
        default:
            return std::nullopt;
    }
}

Result<Coding> coding_of(std::uint16_t tag, unsigned bits) {
    if (tag == kTagPcm) {
        if (const auto coding = pcm_of(bits)) return *coding;
        return fail(Code::kUnsupported, "WAV: PCM of " + std::to_string(bits) + " bits; 8, 16, 24 or 32 are read");
    }
    if (tag == kTagALaw || tag == kTagMuLaw) {
        if (bits != 8) return fail(Code::kInvalid, "WAV: G.711 of " + std::to_string(bits) + " bits; it has 8");
        return tag == kTagALaw ? Coding::kALaw : Coding::kMuLaw;
    }
    return fail(Code::kUnsupported, "WAV: samples are " + name_of_tag(tag));
}

constexpr std::array<std::uint16_t, 3> kTagsForWorkers{0x0003, 0x0031, 0x0055};

}  // namespace

bool takes_a_worker(std::span<const std::byte> body) {
    if (body.size() < 16) return false;
    const auto tag = effective_tag(body);
    return tag.has_value() && std::ranges::find(kTagsForWorkers, *tag) != kTagsForWorkers.end();
}

Result<Format> read_format_chunk(std::span<const std::byte> body) {
    if (body.size() < 16) return fail(Code::kInvalid, "WAV: format chunk of fewer than 16 bytes");
    const auto tag = effective_tag(body);
    if (!tag) return tag.error();
    const auto coding = coding_of(*tag, read_le<std::uint16_t>(body, 14));
    if (!coding) return coding.error();
    Format format;
    format.coding = *coding;
    format.channels = read_le<std::uint16_t>(body, 2);
    format.sample_rate_hz = read_le<std::uint32_t>(body, 4);
    if (format.channels < 1 || format.channels > kMaxChannels) {
        return fail(Code::kInvalid, "WAV: " + std::to_string(format.channels) + " channels; 1 to 8 are read");
    }
    if (format.sample_rate_hz < kMinSampleRateHz || format.sample_rate_hz > kMaxSampleRateHz) {
        return fail(Code::kInvalid,
                    "WAV: " + std::to_string(format.sample_rate_hz) + " samples a second; 4000 to 192000 are read");
    }
    const unsigned frame_bytes = read_le<std::uint16_t>(body, 12);
    if (frame_bytes != format.frame_bytes()) {
        return fail(Code::kInvalid, "WAV: frames of " + std::to_string(frame_bytes) +
                                        " bytes where channels and bits make " + std::to_string(format.frame_bytes()));
    }
    return format;
}

}  // namespace transcode::wav
