#include "storage/audit/encoding.hpp"

namespace storage::audit {

std::optional<std::string_view> take_line(std::string_view& text) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    return line;
}

std::string quoted(std::string_view plain) {
    return '"' + std::string(plain) + '"';
}

}  // namespace storage::audit
