// Tokens and key sets in any text: a token that is taken apart has one spelling, and none verifies but those the key
// signed.
#include <cstdlib>
#include <string>

#include "gateway/auth/claim_mapping.hpp"
#include "gateway/auth/refusal.hpp"
#include "gateway/auth/token.hpp"
#include "storage/crypto/encoding.hpp"

namespace {

namespace auth = gateway::auth;

void expect(bool truth) {
    if (!truth) std::abort();
}

constexpr auth::Algorithm kAll[] = {auth::Algorithm::kEs256, auth::Algorithm::kRs256, auth::Algorithm::kPs256,
                                    auth::Algorithm::kEdDsa};

/// The public half of a key whose private half nobody has (RFC 8037, A.1).
const auth::JwkSet& keys() {
    static const auth::JwkSet set =
        auth::JwkSet::parse(R"({"keys":[{"kty":"OKP","crv":"Ed25519","kid":"ed","alg":"EdDSA",)"
                            R"("x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]})",
                            kAll)
            .value();
    return set;
}

/// A refusal of ours, never anything else.
void check_refusal(const policy::Error& error) {
    expect(auth::refusal_of(error) != nullptr);
}

void check_token(std::string_view text) {
    auto token = auth::parse_token(text);
    if (token.has_error()) return check_refusal(token.error());
    expect(token->input + "." + storage::crypto::to_base64url(token->signature) == text);
    const policy::Instant now{std::chrono::seconds(1'800'000'000)};
    auth::ClaimMapping mapping;
    mapping.roles = "/realm/roles";
    const auto identity = auth::map_claims(token->claims, mapping, now, std::chrono::seconds(30));
    if (identity.has_error()) {
        check_refusal(identity.error());
    } else {
        expect(!identity->subject.empty() && identity->roles.empty());
    }
    const auto verified = auth::verify_token(std::move(*token), keys(), {"https://id.example", "callvault"}, now);
    expect(verified.has_error());
    check_refusal(verified.error());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    check_token(text);
    const auto set = auth::JwkSet::parse(text, kAll);
    expect(set.has_error() || set->size() > 0);
    return 0;
}
