#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace gateway::http {

/// Takes the framing off a chunked body (RFC 9112, 7.1) without copying: data comes out as views into what went in.
///
/// Strict where others guess: a size is 1 to 15 hexadecimal digits and nothing around it, every line ends with CR LF.
/// Extensions (up to 256 bytes a chunk) and trailers (up to 4 KiB) are read over and thrown away.
class ChunkDecoder {
  public:
    struct Step {
        std::size_t consumed = 0;         ///< Bytes of the input that are done with, `data` included.
        std::span<const std::byte> data;  ///< May be empty: then call again with what follows.
        bool finished = false;            ///< The body ended; what follows is the next request.
        bool broken = false;              ///< Not well-formed; every later step says the same.
    };

    /// Reads up to and including the next piece of data.
    Step step(std::span<const std::byte> input);

  private:
    enum class State {
        kFirstDigit,
        kDigits,
        kExtension,
        kSizeLf,
        kData,
        kDataCr,
        kDataLf,
        kTrailerLine,
        kTrailerText,
        kTrailerLf,
        kLastLf,
        kFinished,
        kBroken
    };
    State after(char c);
    State after_size(char c);
    State after_trailer(char c);

    State state_ = State::kFirstDigit;
    std::uint64_t left_ = 0;
    unsigned digits_ = 0;
    std::size_t skipped_ = 0;
};

}  // namespace gateway::http
