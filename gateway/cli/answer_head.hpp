#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/result.hpp"

namespace gateway::cli {

struct Header {
    std::string name;
    std::string value;
};

/// Status line and header fields of an HTTP/1.1 answer, and how its body is framed.
struct AnswerHead {
    int status = 0;
    std::vector<Header> headers;
    std::uint64_t length = 0;  ///< Of the body in bytes, unless `chunked`.
    bool chunked = false;

    /// The value of the first field of that name, whatever its case; nothing when there is none.
    std::optional<std::string_view> header(std::string_view name) const;
};

/// Reads a head with its closing empty line. kCorrupt for whatever a correct server does not send: another version, a
/// status outside 200..599, folded or malformed fields, two lengths, a length beside chunks, a body without a length.
policy::Result<AnswerHead> parse_answer_head(std::string_view text);

}  // namespace gateway::cli
