#pragma once

#include <optional>
#include <string_view>
#include <variant>

#include "gateway/http/request_head.hpp"

namespace gateway::http {

/// What the strict check read out of a head; views into it.
struct CheckedHead {
    std::string_view method;
    std::string_view target;
    std::vector<Field> fields;
    std::optional<std::uint64_t> content_length;
    bool chunked = false;
    bool expects_continue = false;
    bool keep_alive = true;
};

/// Reads a whole head (empty line included) and refuses everything that two servers in a row could read in two ways:
/// bare CR or LF, NUL and other controls, folded lines, white space before a colon, a missing or double Host, two
/// lengths, a length that is not 1*DIGIT, a length with a transfer coding, any coding but `chunked`, and other fields
/// twice that must be alone. Own code, because a general parser is lenient by design (RFC 9112, 11.2).
std::variant<CheckedHead, HeadRefusal> check_head(std::string_view head, const HeadLimits& limits);

}  // namespace gateway::http
