#include "gateway/auth/id_token.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include "gateway/auth/refusal.hpp"
#include "storage/crypto/bytes.hpp"
#include "storage/crypto/secret.hpp"

namespace gateway::auth {

TokenRules id_token_rules(const TokenRules& access, const std::string& client_id) {
    TokenRules out = access;
    out.audience = client_id;
    out.types = {"", "jwt"};
    return out;
}

policy::Result<void> check_id_token(const VerifiedToken& token, std::string_view client_id, std::string_view nonce) {
    const auto* told = token.claims.if_contains("nonce");
    if (told == nullptr || !told->is_string() ||
        !storage::crypto::equal_in_constant_time(storage::crypto::bytes_of(std::string_view(told->get_string())),
                                                 storage::crypto::bytes_of(nonce)))
        return refuse(refusals::kTokenNonce);
    const auto* party = token.claims.if_contains("azp");
    const auto* audience = token.claims.if_contains("aud");
    const bool many = audience != nullptr && audience->is_array() && audience->get_array().size() > 1;
    if (party == nullptr) return many ? policy::Result<void>(refuse(refusals::kTokenParty)) : policy::Result<void>();
    if (!party->is_string() || party->get_string() != client_id) return refuse(refusals::kTokenParty);
    return {};
}

}  // namespace gateway::auth
