#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "gateway/http/method.hpp"

namespace gateway::http {

/// One header field; the views point into RequestHead::bytes. The value has no white space around it.
struct Field {
    std::string_view name;
    std::string_view value;
};

/// Bounds of one request head (formats.md, HTTP).
struct HeadLimits {
    std::size_t request_line_bytes = std::size_t{8} * 1024;
    std::size_t head_bytes = std::size_t{32} * 1024;  ///< All header fields; the request line comes on top.
    std::size_t fields = 100;
};

/// Why a request head was refused. `sentence` is fixed text of ours and may be sent to the client.
struct HeadRefusal {
    unsigned status = 400;
    std::string_view code;      ///< Stable, for the log: "two-lengths", "bare-line-end", ...
    std::string_view sentence;  ///< What is wrong and what to do.
};

/// A request line and its header fields, checked and parsed. Movable: the views stay valid, they point into `bytes`.
struct RequestHead {
    std::vector<char> bytes;
    Method method = Method::kGet;
    std::string_view target;  ///< Origin-form, as sent.
    std::string_view path;    ///< The target up to the first '?'. Never percent-decoded: our paths need no escapes.
    std::string_view query;   ///< What follows the '?'; empty without one.
    std::vector<Field> fields;
    std::optional<std::uint64_t> content_length;  ///< 0 when there is no body at all; nothing when chunked.
    bool chunked = false;
    bool expects_continue = false;
    bool keep_alive = true;

    /// The value of the first field with this name (any case). Fields whose repetition is dangerous or meaningless
    /// (Host, Authorization, Range, Content-Type, Content-Digest, Callvault-Metadata, ...) never occur twice: that is
    /// refused.
    std::optional<std::string_view> field(std::string_view name) const;
};

/// Where the head that starts at the beginning of `bytes` ends: its size with the empty line, or nothing yet, or a
/// refusal as soon as a limit is passed. `seen` is what an earlier call with fewer bytes has looked at.
std::variant<std::optional<std::size_t>, HeadRefusal> find_head_end(std::string_view bytes, std::size_t seen,
                                                                    const HeadLimits& limits);

/// Parses one whole head, empty line included. Two readers must agree: the strict check of request_check.hpp, which
/// refuses everything that two servers could read in two ways, and then Beast's parser.
std::variant<RequestHead, HeadRefusal> parse_head(std::string_view bytes, const HeadLimits& limits);

}  // namespace gateway::http
