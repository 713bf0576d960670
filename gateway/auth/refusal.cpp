#include "gateway/auth/refusal.hpp"

#include <array>
#include <string>

namespace gateway::auth {

namespace {

using namespace refusals;
constexpr std::array kAll{
    &kNoCredentials,     &kCertificateUnusable, &kCertificateUnknown, &kLocalUserUnknown, &kAuthorizationMalformed,
    &kTokenTooLong,      &kTokenMalformed,      &kTokenHeader,        &kTokenAlgorithm,   &kTokenIssuer,
    &kTokenKey,          &kTokenSignature,      &kTokenType,          &kTokenAudience,    &kTokenExpired,
    &kTokenNotYetValid,  &kTokenLifetime,       &kTokenClaims,        &kTokenUnbound,     &kTokenBinding,
    &kKeySetUnavailable, &kPseudonymUnavailable};

bool is_our_fault(const Refusal& refusal) {
    return refusal.code == kKeySetUnavailable.code || refusal.code == kPseudonymUnavailable.code;
}

}  // namespace

policy::Error refuse(const Refusal& refusal) {
    const auto code = is_our_fault(refusal) ? policy::Code::kUnavailable : policy::Code::kUnauthenticated;
    return policy::fail(code, std::string(refusal.code));
}

const Refusal* refusal_of(const policy::Error& error) {
    for (const Refusal* refusal : kAll) {
        if (refusal->code == error.what) return refusal;
    }
    return nullptr;
}

}  // namespace gateway::auth
