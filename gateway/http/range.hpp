#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace gateway::http {

/// Bytes first..last of a representation, both included.
struct ByteRange {
    std::uint64_t first = 0;
    std::uint64_t last = 0;

    std::uint64_t size() const { return last - first + 1; }
    friend bool operator==(const ByteRange&, const ByteRange&) = default;
};

struct WholeBody {};      ///< 200 with everything: no Range, another unit, not well-formed, or more than one range.
struct Unsatisfiable {};  ///< 416 with Content-Range of unsatisfied_content_range().

/// What a Range field asks of a representation of `size` bytes (RFC 9110, 14.2). Many ranges are answered whole:
/// players never ask for them, and multipart answers are a way to make a server work hard. The last byte is clamped to
/// the size.
std::variant<WholeBody, ByteRange, Unsatisfiable> parse_range(std::optional<std::string_view> field,
                                                              std::uint64_t size);

/// "bytes 0-1/4800044", for 206.
std::string content_range(ByteRange range, std::uint64_t size);
/// "bytes */4800044", for 416.
std::string unsatisfied_content_range(std::uint64_t size);

}  // namespace gateway::http
