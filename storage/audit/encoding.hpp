#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace storage::audit {

// What entries and the deletion ledger are written with, and how sizes of the log reach the catalogue. Pure.

/// `plain` as a JSON string. Words, digits and times only: nothing in it may need escaping.
[[nodiscard]] inline std::string quoted(std::string_view plain) {
    return '"' + std::string(plain) + '"';
}

/// Sizes and indices are unsigned in the log and `bigint` in the catalogue; both hold 0 to 2^63 - 1.
[[nodiscard]] constexpr std::uint64_t size_of(std::int64_t number) {
    return static_cast<std::uint64_t>(number);
}
[[nodiscard]] constexpr std::int64_t number_of(std::uint64_t size) {
    return static_cast<std::int64_t>(size);
}

}  // namespace storage::audit
