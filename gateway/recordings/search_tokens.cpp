#include "gateway/recordings/search_tokens.hpp"

#include <algorithm>
#include <utility>

#include "gateway/recordings/phone_number.hpp"
#include "storage/keys/blind_index.hpp"

namespace gateway::recordings {

policy::Result<storage::catalogue::Mac> number_token(storage::keys::KeyVault& vault, policy::KeyId key,
                                                     std::string_view search_form) {
    return storage::keys::blind_token(vault, key, "number", search_form);
}

policy::Result<std::vector<storage::catalogue::Mac>> search_tokens(storage::keys::KeyVault& vault, policy::KeyId key,
                                                                   const policy::Claim& claim, std::string_view home) {
    std::vector<storage::catalogue::Mac> out;
    for (const auto* party : {&claim.caller, &claim.callee}) {
        if (!*party || !(*party)->number) continue;
        const auto form = search_form(*(*party)->number, (*party)->country.value_or(std::string(home)));
        if (form.empty()) continue;
        const auto token = number_token(vault, key, form);
        if (token.has_error()) return token.error();
        if (std::ranges::find(out, *token) == out.end()) out.push_back(*token);
    }
    return out;
}

}  // namespace gateway::recordings
