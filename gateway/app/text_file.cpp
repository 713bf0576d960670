#include "gateway/app/text_file.hpp"

#include <fstream>
#include <iterator>
#include <system_error>

namespace gateway::app {

std::string text_in(const std::filesystem::path& file) {
    std::error_code ignored;
    if (std::filesystem::is_directory(file, ignored)) return {};  // one opens, and throws when it is read
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
}

policy::Result<std::string> read_authorities(const std::filesystem::path& file) {
    if (file.empty()) return std::string();
    auto text = text_in(file);
    if (text.empty()) return policy::fail(policy::Code::kInvalid, file.string() + " holds no PEM certificate");
    return text;
}

}  // namespace gateway::app
