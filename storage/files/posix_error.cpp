#include "storage/files/posix_error.hpp"

#include <cerrno>
#include <string>
#include <system_error>

namespace storage::files {

policy::Error posix_error(int error_number, std::string_view act, const std::filesystem::path& path) {
    const policy::Code code = error_number == ENOENT   ? policy::Code::kNotFound
                              : error_number == EEXIST ? policy::Code::kConflict
                                                       : policy::Code::kUnavailable;
    return policy::fail(code, "cannot " + std::string(act) + " " + path.string() + ": " +
                                  std::generic_category().message(error_number));
}

}  // namespace storage::files
