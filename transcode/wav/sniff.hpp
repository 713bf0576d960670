#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace transcode::wav {

/// What a file is by its first bytes. Nothing is proven by it: it names what a refusal saw, and picks the parser.
enum class Kind { kUnknown, kWav, kRf64, kMp3, kOgg, kWebm, kMp4, kAmr, kAmrWb, kFlac, kAdts, kAiff, kAu, kCaf };

/// Enough for sniff() to be sure of all it knows.
inline constexpr std::size_t kSniffInBytes = 16;

Kind sniff(std::span<const std::byte> prefix) noexcept;

/// For a person: "WAV", "MP3", "Ogg", ..., "an unknown format".
std::string_view name_of(Kind kind) noexcept;

}  // namespace transcode::wav
