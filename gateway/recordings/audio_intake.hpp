#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "gateway/recordings/media_facts.hpp"
#include "policy/admit.hpp"
#include "policy/fault.hpp"
#include "policy/result.hpp"
#include "transcode/messages/words.hpp"
#include "transcode/wav/format.hpp"

namespace gateway::recordings {

/// Why audio is not taken: what the 415 or 422 says.
struct AudioRefusal {
    bool unsupported = false;           ///< 415: a format or coding that is not accepted.
    std::string sentence;               ///< What it is and what to do.
    std::vector<policy::Fault> faults;  ///< Metadata that does not fit the audio.
};

/// What a Content-Type says about the audio: raw samples cannot be told from their bytes. Nothing for all other types.
/// "audio/L16; rate=8000; channels=2" (RFC 2586): 16 bits, most significant byte first; one channel unless said.
using Declared = std::variant<std::monostate, RawShape, AudioRefusal>;
Declared declared_shape(std::string_view content_type);

/// Looks at audio while it is received: finds out as early as the first bytes allow what it is, whether it can be
/// played as it is or takes a media worker, and at the end whether all of it came. Keeps at most the header (64 KiB),
/// and drops it once it is understood.
class AudioIntake {
  public:
    /// `total`: the body's length when it was declared. `raw`: the shape of raw samples.
    AudioIntake(const policy::Claim& claim, std::optional<std::uint64_t> total, std::optional<RawShape> raw = {});

    /// The next piece; a value: refuse now.
    std::optional<AudioRefusal> take(std::span<const std::byte> piece);

    /// The end of `received` bytes: the facts, or the refusal.
    std::variant<MediaFacts, AudioRefusal> finish(const std::vector<policy::ChannelRole>& roles);

  private:
    std::optional<AudioRefusal> parse(std::optional<std::uint64_t> total);
    std::optional<AudioRefusal> parse_wav(std::optional<std::uint64_t> total);
    std::optional<AudioRefusal> check_raw();
    std::variant<MediaFacts, AudioRefusal> finish_wav();

    const policy::Claim& claim_;
    std::optional<std::uint64_t> total_;
    std::optional<RawShape> raw_;
    std::uint64_t received_ = 0;
    std::size_t wanted_;  ///< Parse again once this much of the header is there.
    std::vector<std::byte> header_;
    std::optional<transcode::messages::Input> input_;  ///< Once it is known what this is.
    std::optional<transcode::wav::Format> format_;     ///< Of a WAV that plays as it is.
};

}  // namespace gateway::recordings
