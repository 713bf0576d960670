#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "storage/crypto/bytes.hpp"

namespace tests {

/// A file of public test vectors: from the folder that CALLVAULT_VECTORS names, else from ../shared/vectors beside the
/// project. Absent: a warning says so and the test goes on with the vectors that it carries itself.
std::optional<boost::json::value> public_vectors(std::string_view file_name);

/// The bytes of a hexadecimal text field; of nothing when the field is absent.
storage::crypto::Bytes hex_field(const boost::json::object& test, std::string_view name);
/// The same for bytes written down in a test.
storage::crypto::Bytes hex(std::string_view text);

}  // namespace tests
