#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gateway::verify {

/// The entries of an entry bundle (u16-BE length || entry, again and again), as views into `bytes`; nothing when the
/// lengths do not add up.
std::optional<std::vector<std::string_view>> parse_bundle(std::string_view bytes);

/// The moment that an entry says it is of, in its fixed place: "2026-11-24T04:35:00.000Z". Empty when the entry does
/// not start as canonical entries of this log do.
std::string_view moment_of(std::string_view entry);

}  // namespace gateway::verify
