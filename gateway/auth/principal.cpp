#include "gateway/auth/principal.hpp"

namespace gateway::auth {

std::string_view name_of(PrincipalKind kind) {
    switch (kind) {
        case PrincipalKind::kToken:
            return "token";
        case PrincipalKind::kCertificate:
            return "certificate";
        case PrincipalKind::kLocal:
            return "local";
        case PrincipalKind::kBrowser:
            return "browser";
    }
    return "unknown";
}

}  // namespace gateway::auth
