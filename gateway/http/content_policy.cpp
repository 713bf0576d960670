#include "gateway/http/content_policy.hpp"

namespace gateway::http {

std::string content_policy(std::string_view sources, std::string_view form_action) {
    std::string out = "default-src 'none'; ";
    if (!sources.empty()) out.append(sources).append("; ");
    out.append("base-uri 'none'; form-action ").append(form_action).append("; frame-ancestors 'none'");
    return out;
}

}  // namespace gateway::http
