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
#include "transcode/wav/format.hpp"

namespace gateway::recordings {

/// Why audio is not taken: what the 415 or 422 says.
struct AudioRefusal {
    bool unsupported = false;           ///< 415: a format or coding that is not accepted.
    std::string sentence;               ///< What it is and what to do.
    std::vector<policy::Fault> faults;  ///< Metadata that does not fit the audio.
};

/// Looks at audio while it is received: finds out as early as the first bytes allow whether it is a WAV that can be
/// played, and at the end whether all of it came. Keeps at most the header (64 KiB), and drops it once it is
/// understood.
class AudioIntake {
  public:
    /// `total`: the body's length when it was declared.
    AudioIntake(const policy::Claim& claim, std::optional<std::uint64_t> total);

    /// The next piece; a value: refuse now.
    std::optional<AudioRefusal> take(std::span<const std::byte> piece);

    /// The end of `received` bytes: the facts, or the refusal.
    std::variant<MediaFacts, AudioRefusal> finish(const std::vector<policy::ChannelRole>& roles);

  private:
    std::optional<AudioRefusal> parse(std::optional<std::uint64_t> total);

    const policy::Claim& claim_;
    std::optional<std::uint64_t> total_;
    std::uint64_t received_ = 0;
    std::size_t wanted_;  ///< Parse again once this much of the header is there.
    std::vector<std::byte> header_;
    std::optional<transcode::wav::Format> format_;
};

}  // namespace gateway::recordings
