#include "policy/terms.hpp"

#include <array>
#include <cstddef>

namespace policy {

namespace {

template <class Term>
struct Word {
    Term term;
    std::string_view text;
};
// clang before 17, with which the fuzz targets are built, deduces no aggregate by itself.
template <class Term>
Word(Term, std::string_view) -> Word<Term>;

template <class Table, class Term>
std::string_view word_of(const Table& table, Term term) {
    for (const auto& row : table) {
        if (row.term == term) return row.text;
    }
    return {};
}

template <class Term, std::size_t N>
std::optional<Term> term_of(const std::array<Word<Term>, N>& table, std::string_view text) {
    for (const auto& row : table) {
        if (row.text == text) return row.term;
    }
    return std::nullopt;
}

constexpr std::array kPurposes{
    Word{Purpose::kQuality, "quality"},     Word{Purpose::kTraining, "training"},
    Word{Purpose::kComplaint, "complaint"}, Word{Purpose::kContractEvidence, "contract_evidence"},
    Word{Purpose::kStatutory, "statutory"},
};

constexpr std::array kAccessPurposes{
    Word{AccessPurpose::kQuality, "quality"},        Word{AccessPurpose::kTraining, "training"},
    Word{AccessPurpose::kComplaint, "complaint"},    Word{AccessPurpose::kContractEvidence, "contract_evidence"},
    Word{AccessPurpose::kStatutory, "statutory"},    Word{AccessPurpose::kSubjectRequest, "subject_request"},
    Word{AccessPurpose::kLegalClaim, "legal_claim"},
};

constexpr std::array kBasisKinds{
    Word{BasisKind::kConsent, "consent"},
    Word{BasisKind::kLegitimateInterest, "legitimate_interest"},
};

constexpr std::array kConsentHows{
    Word{ConsentHow::kVerbal, "verbal"},
    Word{ConsentHow::kKeypress, "keypress"},
    Word{ConsentHow::kWritten, "written"},
};

constexpr std::array kDirections{
    Word{Direction::kInbound, "inbound"},
    Word{Direction::kOutbound, "outbound"},
    Word{Direction::kInternal, "internal"},
};

constexpr std::array kChannelRoles{
    Word{ChannelRole::kAgent, "agent"},
    Word{ChannelRole::kCustomer, "customer"},
    Word{ChannelRole::kMixed, "mixed"},
    Word{ChannelRole::kOther, "other"},
};

constexpr std::array kMarkKinds{
    Word{MarkKind::kHold, "hold"},
    Word{MarkKind::kPause, "pause"},
    Word{MarkKind::kPayment, "payment"},
};

constexpr std::array kRestrictionGrounds{
    Word{RestrictionGround::kAccuracy, "accuracy"},     Word{RestrictionGround::kUnlawful, "unlawful"},
    Word{RestrictionGround::kClaims, "claims"},         Word{RestrictionGround::kObjection, "objection"},
    Word{RestrictionGround::kWithdrawal, "withdrawal"},
};

constexpr std::array kRestrictedUses{
    Word{RestrictedUse::kSubjectConsent, "subject_consent"},
    Word{RestrictedUse::kLegalClaim, "legal_claim"},
    Word{RestrictedUse::kRightsOfAnother, "rights_of_another"},
    Word{RestrictedUse::kPublicInterest, "public_interest"},
};

}  // namespace

std::string_view text(Purpose purpose) {
    return word_of(kPurposes, purpose);
}
std::string_view text(AccessPurpose purpose) {
    return word_of(kAccessPurposes, purpose);
}
std::string_view text(BasisKind kind) {
    return word_of(kBasisKinds, kind);
}
std::string_view text(ConsentHow how) {
    return word_of(kConsentHows, how);
}
std::string_view text(Direction direction) {
    return word_of(kDirections, direction);
}
std::string_view text(ChannelRole role) {
    return word_of(kChannelRoles, role);
}
std::string_view text(MarkKind kind) {
    return word_of(kMarkKinds, kind);
}
std::string_view text(RestrictionGround ground) {
    return word_of(kRestrictionGrounds, ground);
}
std::string_view text(RestrictedUse use) {
    return word_of(kRestrictedUses, use);
}

std::optional<Purpose> parse_purpose(std::string_view text) {
    return term_of(kPurposes, text);
}
std::optional<AccessPurpose> parse_access_purpose(std::string_view text) {
    return term_of(kAccessPurposes, text);
}
std::optional<BasisKind> parse_basis_kind(std::string_view text) {
    return term_of(kBasisKinds, text);
}
std::optional<ConsentHow> parse_consent_how(std::string_view text) {
    return term_of(kConsentHows, text);
}
std::optional<Direction> parse_direction(std::string_view text) {
    return term_of(kDirections, text);
}
std::optional<ChannelRole> parse_channel_role(std::string_view text) {
    return term_of(kChannelRoles, text);
}
std::optional<MarkKind> parse_mark_kind(std::string_view text) {
    return term_of(kMarkKinds, text);
}
std::optional<RestrictionGround> parse_restriction_ground(std::string_view text) {
    return term_of(kRestrictionGrounds, text);
}
std::optional<RestrictedUse> parse_restricted_use(std::string_view text) {
    return term_of(kRestrictedUses, text);
}

bool is_stricter_basis(BasisKind from, BasisKind to) {
    return from == BasisKind::kLegitimateInterest && to == BasisKind::kConsent;
}

}  // namespace policy
