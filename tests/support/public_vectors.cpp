#include "tests/support/public_vectors.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "storage/crypto/encoding.hpp"

namespace tests {

std::optional<boost::json::value> public_vectors(std::string_view file_name) {
    const char* const folder = std::getenv("CALLVAULT_VECTORS");
    const std::filesystem::path path =
        (folder != nullptr ? std::filesystem::path(folder)
                           : std::filesystem::path(CALLVAULT_ROOT) / "../shared/vectors") /
        file_name;
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        WARN("public vectors are absent (" << path.lexically_normal().string()
                                           << "; CALLVAULT_VECTORS names their folder): only own vectors were run");
        return std::nullopt;
    }
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    return boost::json::parse(text);
}

storage::crypto::Bytes hex(std::string_view text) {
    auto bytes = storage::crypto::from_hex(text);
    REQUIRE(bytes.has_value());
    return std::move(*bytes);
}

storage::crypto::Bytes hex_field(const boost::json::object& test, std::string_view name) {
    const auto* const field = test.if_contains(name);
    if (field == nullptr) return {};
    return hex(std::string_view(field->as_string()));
}

}  // namespace tests
