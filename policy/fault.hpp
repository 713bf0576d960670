#pragma once

#include <span>
#include <string>
#include <string_view>

namespace policy {

/// What is wrong with one field of the push metadata, or of a hold or a setting. The one table of codes: what a code
/// means never changes, codes are added at the end of their group, none is reused. text() gives the form on the wire.
enum class FaultCode {
    // Shape: found by the reader in gateway, handed to admit() as parse faults.
    kMetadataMissing,  ///< No metadata at all.
    kMetadataTooLarge,
    kJsonMalformed,
    kJsonDuplicateKey,
    kJsonTooDeep,
    kFieldUnknown,  ///< A field that formats do not name.
    kFieldType,     ///< A number where a string belongs, and the like.
    // Values
    kFieldMissing,
    kFieldTooLong,
    kFieldFormat,  ///< Not a date-time, not a country code, control characters, not UTF-8.
    kFieldOutOfRange,
    kValueUnknown,     ///< Not one of the words this field may hold (direction, channel role, mark kind).
    kFieldUnexpected,  ///< A known field that has no place beside the others (an assessment beside consent).
    // Lawfulness
    kRecordingDisabled,
    kPurposeMissing,
    kPurposeUnknown,
    kBasisMissing,
    kBasisUnknown,
    kConsentHow,  ///< "Stayed on the line" and every other way that is no consent.
    kConsentAfterStart,
    kAssessmentUnknown,
    kAssessmentExpired,
    kBasisAgainstProfile,  ///< DE: quality or training on legitimate interest.
    kNoticeMissing,
    kNoticeLate,
    kAgentNotInformed,
    // Retention
    kStartedInFuture,
    kRetentionOver,
    kClassUnknown,
    kClassUncited,  ///< Over six months without law, owner and end date.
    kClassExpired,
    // Sender's allow-list
    kTeamNotAllowed,
    kPurposeNotAllowed,
    kBasisNotAllowed,
    kProfileNotAllowed,
    kClassNotAllowed,
    // Audio against metadata
    kChannelRoles,  ///< Two or more channels without exactly one role each.
    kMarkOutside,   ///< A mark that ends before it starts or past the end of the call.
    kDurationDiffers,
    // Settings and rights
    kProfileLoosened,
    kCountryNotEea,
    kReviewTooLate,
    kRenewedBySame,
};

/// The stable form on the wire: "basis-missing".
std::string_view text(FaultCode code);

/// Every code in the order above, for the reference page and for tests.
std::span<const FaultCode> all_fault_codes();

/// One thing to put right.
struct Fault {
    FaultCode code = FaultCode::kFieldMissing;
    std::string pointer;  ///< RFC 6901 JSON Pointer into what was sent; "" is all of it.
    std::string
        sentence;  ///< One sentence that says what to do. For the sender; may quote a short value, so not for logs.

    friend bool operator==(const Fault&, const Fault&) = default;
};

}  // namespace policy
