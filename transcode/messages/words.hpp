#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace transcode::messages {

/// What a file is to be read as. The worker tries nothing else: a file that calls itself one thing and is another is
/// refused, and no other parser meets its bytes.
enum class Input : std::uint8_t { kWav = 1, kMp3, kOgg, kWebm, kMp4, kAmr, kFlac, kRawL16 };
constexpr std::uint8_t kLastInput = static_cast<std::uint8_t>(Input::kRawL16);
std::string_view name_of(Input input);  ///< "wav", "mp3", ...
std::optional<Input> parse_input(std::string_view name);

/// Codings that are decoded; any other is kUnsupported.
enum class Coding : std::uint8_t { kPcm = 1, kALaw, kMuLaw, kGsm, kMp3, kOpus, kAac, kAmrNb, kAmrWb, kFlac, kVorbis };
constexpr std::uint8_t kLastCoding = static_cast<std::uint8_t>(Coding::kVorbis);
std::string_view name_of(Coding coding);  ///< "pcm", "gsm", "mp3", ...
std::optional<Coding> parse_coding(std::string_view name);

/// Why a file has no playable form: what the worker says, and what its owner found out about the worker.
enum class Reason : std::uint8_t {
    kMalformed = 1,   ///< Not what it says it is, or nothing in it can be decoded.
    kUnsupported,     ///< A coding, rate or number of channels that is not accepted.
    kNoSound,         ///< No audio, or not one sample.
    kTooLong,         ///< More sound than a recording may have.
    kTooMuchMemory,   ///< It needs more memory than a worker has.
    kWorkerCrashed,   ///< It died, or was killed for a call that the sandbox forbids.
    kWorkerTooSlow,   ///< It was not done in its time.
    kWorkerMisspoke,  ///< It said what a worker never says.
};
constexpr std::uint8_t kLastSaid = static_cast<std::uint8_t>(Reason::kTooMuchMemory);  ///< By a worker itself.
std::string_view text(Reason reason);  ///< "malformed", "too-long", "worker-crashed", ...: codes of the API

/// Whether the same file may fare better another time.
constexpr bool may_pass(Reason reason) {
    return reason >= Reason::kWorkerCrashed;
}

}  // namespace transcode::messages
