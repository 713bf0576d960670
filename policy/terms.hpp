#pragma once

#include <optional>
#include <string_view>

namespace policy {

/// The words that metadata, catalogue and API share. text() is the form on the wire and in the catalogue and never
/// changes; the parse functions take exactly that form (case-sensitive) and nothing else.

/// Why a call was recorded. Declared at the push, immutable.
enum class Purpose { kQuality, kTraining, kComplaint, kContractEvidence, kStatutory };
std::string_view text(Purpose purpose);  ///< quality, training, complaint, contract_evidence, statutory
std::optional<Purpose> parse_purpose(std::string_view text);

/// Why someone asks to hear a call: one of the recording's own purposes, or a right that the law gives beside them.
enum class AccessPurpose {
    kQuality,
    kTraining,
    kComplaint,
    kContractEvidence,
    kStatutory,
    kSubjectRequest,  ///< Art. 12-22: to answer the person who was recorded.
    kLegalClaim,      ///< Art. 17(3)(e), 18(2).
};
std::string_view text(AccessPurpose purpose);  ///< as Purpose; subject_request, legal_claim
std::optional<AccessPurpose> parse_access_purpose(std::string_view text);

enum class BasisKind { kConsent, kLegitimateInterest };
std::string_view text(BasisKind kind);  ///< consent, legitimate_interest
std::optional<BasisKind> parse_basis_kind(std::string_view text);

/// Rule 2: a basis is immutable; two people may correct it, towards the stricter only. True for legitimate interest
/// that becomes consent, false for everything else.
bool is_stricter_basis(BasisKind from, BasisKind to);

/// Rule 3: the only ways to say yes. "Stayed on the line" has no value here.
enum class ConsentHow { kVerbal, kKeypress, kWritten };
std::string_view text(ConsentHow how);  ///< verbal, keypress, written
std::optional<ConsentHow> parse_consent_how(std::string_view text);

enum class Direction { kInbound, kOutbound, kInternal };
std::string_view text(Direction direction);  ///< inbound, outbound, internal
std::optional<Direction> parse_direction(std::string_view text);

/// Who is on a channel: declared per recording, never assumed.
enum class ChannelRole { kAgent, kCustomer, kMixed, kOther };
std::string_view text(ChannelRole role);  ///< agent, customer, mixed, other
std::optional<ChannelRole> parse_channel_role(std::string_view text);

enum class MarkKind { kHold, kPause, kPayment };
std::string_view text(MarkKind kind);  ///< hold, pause, payment
std::optional<MarkKind> parse_mark_kind(std::string_view text);

/// Why a recording is restricted: the letter of Art. 18(1), or a withdrawn consent that waits for its erasure.
enum class RestrictionGround { kAccuracy, kUnlawful, kClaims, kObjection, kWithdrawal };
std::string_view text(RestrictionGround ground);  ///< accuracy, unlawful, claims, objection, withdrawal
std::optional<RestrictionGround> parse_restriction_ground(std::string_view text);

/// Art. 18(2): the only grounds on which a restricted recording may be used.
enum class RestrictedUse { kSubjectConsent, kLegalClaim, kRightsOfAnother, kPublicInterest };
std::string_view text(RestrictedUse use);  ///< subject_consent, legal_claim, rights_of_another, public_interest
std::optional<RestrictedUse> parse_restricted_use(std::string_view text);

}  // namespace policy
