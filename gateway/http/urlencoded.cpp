#include "gateway/http/urlencoded.hpp"

#include <algorithm>

namespace gateway::http {

using storage::net::percent_decoded;

std::optional<std::string> parameter(std::string_view text, std::string_view name) {
    while (!text.empty()) {
        const std::string_view pair = text.substr(0, text.find('&'));
        text.remove_prefix(std::min(text.size(), pair.size() + 1));
        const std::size_t equals = pair.find('=');
        if (percent_decoded(pair.substr(0, equals)) != name) continue;
        return equals == std::string_view::npos ? std::string() : percent_decoded(pair.substr(equals + 1));
    }
    return std::nullopt;
}

}  // namespace gateway::http
