#pragma once

#include <string>

#include "policy/result.hpp"

namespace storage::catalogue {

/// Whether the catalogue's statements may travel by this libpq connection string (URL or keywords): by a Unix socket,
/// to this machine, or by TLS to a server whose name was verified (sslmode=verify-full); and whether it ends at the
/// primary where it names several hosts. kInvalid: no, or it does not read as one; the text says what to change and
/// quotes no part of it.
policy::Result<void> check_connection_text(const std::string& text);

/// Whether it names a primary and standbys. False too for what does not read as one.
bool names_several_hosts(const std::string& text);

}  // namespace storage::catalogue
