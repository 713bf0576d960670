#include "gateway/auth/refusal.hpp"

#include <array>
#include <string>

namespace gateway::auth {

namespace {

using namespace refusals;
constexpr std::array kAll{&kNoCredentials,
                          &kCertificateUnusable,
                          &kCertificateUnknown,
                          &kLocalUserUnknown,
                          &kAuthorizationMalformed,
                          &kTokenTooLong,
                          &kTokenMalformed,
                          &kTokenHeader,
                          &kTokenAlgorithm,
                          &kTokenIssuer,
                          &kTokenKey,
                          &kTokenSignature,
                          &kTokenType,
                          &kTokenAudience,
                          &kTokenExpired,
                          &kTokenNotYetValid,
                          &kTokenLifetime,
                          &kTokenClaims,
                          &kTokenUnbound,
                          &kTokenBinding,
                          &kTokenNonce,
                          &kTokenParty,
                          &kTokenEvent,
                          &kSessionOver,
                          &kForeignOrigin,
                          &kSessionRevoked,
                          &kKeySetUnavailable,
                          &kPseudonymUnavailable,
                          &kSessionsUnavailable};

policy::Code code_of(const Refusal& refusal) {
    for (const auto* ours : {&kKeySetUnavailable, &kPseudonymUnavailable, &kSessionsUnavailable}) {
        if (refusal.code == ours->code) return policy::Code::kUnavailable;
    }
    return refusal.code == kForeignOrigin.code ? policy::Code::kDenied : policy::Code::kUnauthenticated;
}

}  // namespace

policy::Error refuse(const Refusal& refusal) {
    return policy::fail(code_of(refusal), std::string(refusal.code));
}

const Refusal* refusal_of(const policy::Error& error) {
    for (const Refusal* refusal : kAll) {
        if (refusal->code == error.what) return refusal;
    }
    return nullptr;
}

}  // namespace gateway::auth
