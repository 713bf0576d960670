#pragma once

#include <boost/json/value.hpp>
#include <cstddef>
#include <string>
#include <string_view>
#include <variant>

namespace gateway::json {

/// Why a text is not taken as JSON.
struct JsonFault {
    enum class Kind { kMalformed, kDuplicateKey, kTooDeep, kNumberTooLarge };
    Kind kind = Kind::kMalformed;
    std::string sentence;  ///< What and at which byte; quotes nothing of the text.
};

/// Values nested deeper are refused.
inline constexpr std::size_t kMaxJsonDepth = 16;

/// Reads one JSON text (RFC 8259) that came from outside: a body, a header, a token's claims.
///
/// Stricter than the library alone, because two readers that disagree on a text are a hole: a name that stands twice in
/// one object, nesting past kMaxJsonDepth, a number that no double holds, invalid UTF-8 and anything behind the value
/// are refused. Bound the text's length before the call. A pure function.
std::variant<boost::json::value, JsonFault> parse_strict_json(std::string_view text);

}  // namespace gateway::json
