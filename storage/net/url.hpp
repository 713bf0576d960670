#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "policy/result.hpp"

namespace storage::net {

/// Where an https request goes (RFC 3986). Values as they stand in the address.
struct Url {
    std::string host;  ///< Lowercase name, or an address; IPv6 without its brackets.
    std::uint16_t port = 443;
    std::string target = "/";  ///< Path and query.

    /// What the Host field says: the port only when it is not 443.
    std::string authority() const;
};

/// Takes an absolute https address apart. kInvalid, with the reason and never the address itself: another scheme, a
/// user or a fragment in it, no host, a port that is none, more than 2048 bytes, or anything but printable ASCII.
/// Thread safety: a pure function.
policy::Result<Url> parse_https(std::string_view text);

/// Everything as %XX but the unreserved characters of RFC 3986 (A-Z a-z 0-9 - . _ ~) and those in `also_plain`.
std::string percent_encoded(std::string_view text, std::string_view also_plain = {});

/// Undoes it, whatever was encoded. Nothing when a '%' has no two hexadecimal digits after it. A '+' stays one.
std::optional<std::string> percent_decoded(std::string_view text);

}  // namespace storage::net
