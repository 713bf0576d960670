#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "policy/fault.hpp"

namespace policy {

/// What is wrong with a string that a caller sent: kFieldFormat or kFieldTooLong, and what to do.
struct Flaw {
    FaultCode code = FaultCode::kFieldFormat;
    std::string sentence;
};

/// None for well-formed UTF-8 of at most `longest` characters (code points) without control characters. Empty is
/// well-formed.
std::optional<Flaw> flaw_of(std::string_view value, std::size_t longest);

/// Two capital letters. Whether such a country exists is not asked.
bool is_country_code(std::string_view value);

/// The value in quotes for a sentence, cut after 40 characters; characters that are not printable ASCII become '?'.
std::string quoted(std::string_view value);

}  // namespace policy
