#pragma once

#include <filesystem>
#include <string_view>

#include "policy/result.hpp"

namespace storage::files {

/// What errno says about an act on a file: kNotFound when it is not there, kConflict when it is already,
/// and kUnavailable for the rest (disk full, no rights, I/O error), with the act, the path and the system's words.
policy::Error posix_error(int error_number, std::string_view act, const std::filesystem::path& path);

}  // namespace storage::files
