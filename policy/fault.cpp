#include "policy/fault.hpp"

#include <array>

namespace policy {

namespace {

constexpr std::array kCodes{
    FaultCode::kMetadataMissing,   FaultCode::kMetadataTooLarge,    FaultCode::kJsonMalformed,
    FaultCode::kJsonDuplicateKey,  FaultCode::kJsonTooDeep,         FaultCode::kFieldUnknown,
    FaultCode::kFieldType,         FaultCode::kFieldMissing,        FaultCode::kFieldTooLong,
    FaultCode::kFieldFormat,       FaultCode::kFieldOutOfRange,     FaultCode::kValueUnknown,
    FaultCode::kFieldUnexpected,   FaultCode::kRecordingDisabled,   FaultCode::kPurposeMissing,
    FaultCode::kPurposeUnknown,    FaultCode::kBasisMissing,        FaultCode::kBasisUnknown,
    FaultCode::kConsentHow,        FaultCode::kConsentAfterStart,   FaultCode::kAssessmentUnknown,
    FaultCode::kAssessmentExpired, FaultCode::kBasisAgainstProfile, FaultCode::kNoticeMissing,
    FaultCode::kNoticeLate,        FaultCode::kAgentNotInformed,    FaultCode::kStartedInFuture,
    FaultCode::kRetentionOver,     FaultCode::kClassUnknown,        FaultCode::kClassUncited,
    FaultCode::kClassExpired,      FaultCode::kTeamNotAllowed,      FaultCode::kPurposeNotAllowed,
    FaultCode::kBasisNotAllowed,   FaultCode::kProfileNotAllowed,   FaultCode::kClassNotAllowed,
    FaultCode::kChannelRoles,      FaultCode::kMarkOutside,         FaultCode::kDurationDiffers,
    FaultCode::kProfileLoosened,   FaultCode::kCountryNotEea,       FaultCode::kReviewTooLate,
    FaultCode::kRenewedBySame,
};

}  // namespace

std::string_view text(FaultCode code) {
    switch (code) {
        case FaultCode::kMetadataMissing:
            return "metadata-missing";
        case FaultCode::kMetadataTooLarge:
            return "metadata-too-large";
        case FaultCode::kJsonMalformed:
            return "json-malformed";
        case FaultCode::kJsonDuplicateKey:
            return "json-duplicate-key";
        case FaultCode::kJsonTooDeep:
            return "json-too-deep";
        case FaultCode::kFieldUnknown:
            return "field-unknown";
        case FaultCode::kFieldType:
            return "field-type";
        case FaultCode::kFieldMissing:
            return "field-missing";
        case FaultCode::kFieldTooLong:
            return "field-too-long";
        case FaultCode::kFieldFormat:
            return "field-format";
        case FaultCode::kFieldOutOfRange:
            return "field-out-of-range";
        case FaultCode::kValueUnknown:
            return "value-unknown";
        case FaultCode::kFieldUnexpected:
            return "field-unexpected";
        case FaultCode::kRecordingDisabled:
            return "recording-disabled";
        case FaultCode::kPurposeMissing:
            return "purpose-missing";
        case FaultCode::kPurposeUnknown:
            return "purpose-unknown";
        case FaultCode::kBasisMissing:
            return "basis-missing";
        case FaultCode::kBasisUnknown:
            return "basis-unknown";
        case FaultCode::kConsentHow:
            return "consent-how";
        case FaultCode::kConsentAfterStart:
            return "consent-after-start";
        case FaultCode::kAssessmentUnknown:
            return "assessment-unknown";
        case FaultCode::kAssessmentExpired:
            return "assessment-expired";
        case FaultCode::kBasisAgainstProfile:
            return "basis-against-profile";
        case FaultCode::kNoticeMissing:
            return "notice-missing";
        case FaultCode::kNoticeLate:
            return "notice-late";
        case FaultCode::kAgentNotInformed:
            return "agent-not-informed";
        case FaultCode::kStartedInFuture:
            return "started-in-future";
        case FaultCode::kRetentionOver:
            return "retention-over";
        case FaultCode::kClassUnknown:
            return "class-unknown";
        case FaultCode::kClassUncited:
            return "class-uncited";
        case FaultCode::kClassExpired:
            return "class-expired";
        case FaultCode::kTeamNotAllowed:
            return "team-not-allowed";
        case FaultCode::kPurposeNotAllowed:
            return "purpose-not-allowed";
        case FaultCode::kBasisNotAllowed:
            return "basis-not-allowed";
        case FaultCode::kProfileNotAllowed:
            return "profile-not-allowed";
        case FaultCode::kClassNotAllowed:
            return "class-not-allowed";
        case FaultCode::kChannelRoles:
            return "channel-roles";
        case FaultCode::kMarkOutside:
            return "mark-outside";
        case FaultCode::kDurationDiffers:
            return "duration-differs";
        case FaultCode::kProfileLoosened:
            return "profile-loosened";
        case FaultCode::kCountryNotEea:
            return "country-not-eea";
        case FaultCode::kReviewTooLate:
            return "review-too-late";
        case FaultCode::kRenewedBySame:
            return "renewed-by-same";
    }
    return {};
}

std::span<const FaultCode> all_fault_codes() {
    return kCodes;
}

}  // namespace policy
