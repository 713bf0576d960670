#pragma once

#include <filesystem>
#include <string>

#include "policy/result.hpp"

namespace gateway::app {

/// The text of a file; empty when there is no such file, or it cannot be read. Blocks.
std::string text_in(const std::filesystem::path& file);

/// The PEM text of authorities that a part of the configuration trusts; empty for no file: the system's. kInvalid: the
/// file holds none. Blocks.
policy::Result<std::string> read_authorities(const std::filesystem::path& file);

}  // namespace gateway::app
