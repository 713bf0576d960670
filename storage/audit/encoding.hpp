#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace storage::audit {

// What entries, checkpoints and the deletion ledger are written and read with. Pure.

/// Cuts the first line, without its newline, off `text`; nothing, and `text` as it was, when no newline ends it. The
/// line views what `text` views.
[[nodiscard]] std::optional<std::string_view> take_line(std::string_view& text);

/// `plain` as a JSON string. Words, digits and times only: nothing in it may need escaping.
[[nodiscard]] std::string quoted(std::string_view plain);

/// Sizes and indices are unsigned in the log and `bigint` in the catalogue; both hold 0 to 2^63 - 1.
[[nodiscard]] constexpr std::uint64_t size_of(std::int64_t number) {
    return static_cast<std::uint64_t>(number);
}
[[nodiscard]] constexpr std::int64_t number_of(std::uint64_t size) {
    return static_cast<std::int64_t>(size);
}

}  // namespace storage::audit
