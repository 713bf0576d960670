#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "policy/result.hpp"

namespace gateway::recordings {

/// The header fields of one body part that matter here; names and values as RFC 7578 and RFC 2046 have them.
struct PartHeader {
    std::string name;               ///< Content-Disposition's name; empty when the part has none (multipart/mixed).
    std::string content_type;       ///< Lowercase, without parameters; empty when the part has none.
    std::string transfer_encoding;  ///< Lowercase; empty when the part has none.
};

/// Reads a multipart body (RFC 2046 5.1) as its bytes arrive, without copying the parts' bytes.
///
/// Feed each piece of the body to next() until it is used up:
///   kPart       a part begins; header() tells what it is
///   kData       data() is a piece of that part, valid until the next call (it points into the piece or into the
///   reader) kPartEnd    the part is complete kEnd        the closing delimiter was seen; what follows is ignored
///   kNeedMore   the piece is used up
/// A part's header block may take 8 KiB, the preamble 1 KiB: longer ones are kInvalid, and the reader keeps failing.
class MultipartReader {
  public:
    enum class Event : std::uint8_t { kNeedMore, kPart, kData, kPartEnd, kEnd };
    static constexpr std::size_t kMaxHeaderInBytes = 8192;
    static constexpr std::size_t kMaxPreambleInBytes = 1024;

    /// The boundary of a `multipart/...` Content-Type: 1 to 70 characters of RFC 2046's set, quoted or not.
    static std::optional<std::string> boundary_of(std::string_view content_type);

    explicit MultipartReader(std::string_view boundary);

    /// Takes bytes off the front of `piece` and says what they were.
    policy::Result<Event> next(std::span<const std::byte>& piece);

    const PartHeader& header() const noexcept { return header_; }
    std::span<const std::byte> data() const noexcept { return data_; }
    bool ended() const noexcept { return state_ == State::kEpilogue; }

  private:
    enum class State : std::uint8_t { kPreamble, kAfterDelimiter, kHeader, kBody, kEpilogue, kFailed };

    policy::Result<Event> scan(std::span<const std::byte>& piece);
    policy::Result<Event> after_delimiter(std::span<const std::byte>& piece);
    policy::Result<Event> read_header(std::span<const std::byte>& piece);
    policy::Result<void> parse_header();
    policy::Error failed(std::string what);

    std::string delimiter_;  ///< CR LF "--" boundary
    State state_ = State::kPreamble;
    std::size_t matched_ = 2;  ///< Characters of the delimiter seen so far; a body may start with "--" at once.
    std::size_t preamble_in_bytes_ = 0;
    std::string line_;  ///< What follows a delimiter, then the header block.
    PartHeader header_;
    std::span<const std::byte> data_;
};

}  // namespace gateway::recordings
