#include "transcode/wav/sniff.hpp"

#include <array>
#include <cstdint>

namespace transcode::wav {

namespace {

bool has(std::span<const std::byte> prefix, std::size_t offset, std::string_view magic) {
    if (prefix.size() < offset + magic.size()) return false;
    for (std::size_t i = 0; i < magic.size(); ++i) {
        if (std::to_integer<char>(prefix[offset + i]) != magic[i]) return false;
    }
    return true;
}

struct Magic {
    Kind kind;
    std::size_t offset;
    std::string_view bytes;
    std::string_view at_eight;  ///< must stand at offset 8 as well, when not empty
};

constexpr std::array<Magic, 15> kMagics{{
    {Kind::kWav, 0, "RIFF", "WAVE"},
    {Kind::kRf64, 0, "RF64", "WAVE"},
    {Kind::kRf64, 0, "BW64", "WAVE"},
    {Kind::kMp3, 0, "ID3", ""},
    {Kind::kOgg, 0, "OggS", ""},
    {Kind::kWebm, 0, "\x1A\x45\xDF\xA3", ""},
    {Kind::kMp4, 4, "ftyp", ""},
    {Kind::kAmrWb, 0, "#!AMR-WB\n", ""},
    {Kind::kAmr, 0, "#!AMR\n", ""},
    {Kind::kFlac, 0, "fLaC", ""},
    {Kind::kAiff, 0, "FORM", "AIFF"},
    {Kind::kAiff, 0, "FORM", "AIFC"},
    {Kind::kAu, 0, ".snd", ""},
    {Kind::kCaf, 0, "caff", ""},
    {Kind::kWav, 0, "RIFX", "WAVE"},
}};

/// MPEG audio without a tag starts with 11 or 12 bits of sync; the fields after it must be ones that exist.
Kind sniff_mpeg_frame(std::span<const std::byte> prefix) {
    if (prefix.size() < 3) return Kind::kUnknown;
    const auto first = std::to_integer<unsigned>(prefix[0]);
    const auto second = std::to_integer<unsigned>(prefix[1]);
    const auto third = std::to_integer<unsigned>(prefix[2]);
    if (first != 0xFFU) return Kind::kUnknown;
    if ((second & 0xF6U) == 0xF0U) return Kind::kAdts;  // sync of 12 bits, layer 0
    const bool sync = (second & 0xE0U) == 0xE0U;
    const bool version_exists = (second & 0x18U) != 0x08U;
    const bool layer_three = (second & 0x06U) == 0x02U;
    const bool rates_exist = (third & 0xF0U) != 0xF0U && (third & 0x0CU) != 0x0CU;
    return sync && version_exists && layer_three && rates_exist ? Kind::kMp3 : Kind::kUnknown;
}

}  // namespace

Kind sniff(std::span<const std::byte> prefix) noexcept {
    for (const Magic& magic : kMagics) {
        if (has(prefix, magic.offset, magic.bytes) && (magic.at_eight.empty() || has(prefix, 8, magic.at_eight))) {
            return magic.kind;
        }
    }
    return sniff_mpeg_frame(prefix);
}

std::string_view name_of(Kind kind) noexcept {
    switch (kind) {
        case Kind::kUnknown:
            return "an unknown format";
        case Kind::kWav:
            return "WAV";
        case Kind::kRf64:
            return "RF64";
        case Kind::kMp3:
            return "MP3";
        case Kind::kOgg:
            return "Ogg";
        case Kind::kWebm:
            return "WebM";
        case Kind::kMp4:
            return "MP4";
        case Kind::kAmr:
            return "AMR";
        case Kind::kAmrWb:
            return "AMR-WB";
        case Kind::kFlac:
            return "FLAC";
        case Kind::kAdts:
            return "AAC (ADTS)";
        case Kind::kAiff:
            return "AIFF";
        case Kind::kAu:
            return "AU";
        case Kind::kCaf:
            return "CAF";
    }
    return "an unknown format";
}

}  // namespace transcode::wav
