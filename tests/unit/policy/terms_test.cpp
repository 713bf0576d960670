#include "policy/terms.hpp"

#include <catch2/catch.hpp>
#include <optional>
#include <string>
#include <vector>

namespace {

using namespace policy;

/// The enumeration's values, in order, have these words and no others; parse takes exactly them.
template <class Term>
void check_words(std::optional<Term> (*parse)(std::string_view), const std::vector<std::string>& words) {
    for (std::size_t i = 0; i < words.size(); ++i) {
        CAPTURE(words[i]);
        CHECK(text(static_cast<Term>(i)) == words[i]);
        CHECK(parse(words[i]) == static_cast<Term>(i));
        CHECK_FALSE(parse(words[i] + " "));
        CHECK_FALSE(parse(static_cast<char>(words[i][0] - 'a' + 'A') + words[i].substr(1)));
    }
    CHECK(text(static_cast<Term>(words.size())).empty());
    CHECK_FALSE(parse(""));
}

TEST_CASE("The words of metadata, catalogue and API are these and never change") {
    check_words(parse_purpose, {"quality", "training", "complaint", "contract_evidence", "statutory"});
    check_words(parse_access_purpose, {"quality", "training", "complaint", "contract_evidence", "statutory",
                                       "subject_request", "legal_claim"});
    check_words(parse_basis_kind, {"consent", "legitimate_interest"});
    check_words(parse_consent_how, {"verbal", "keypress", "written"});
    check_words(parse_direction, {"inbound", "outbound", "internal"});
    check_words(parse_channel_role, {"agent", "customer", "mixed", "other"});
    check_words(parse_mark_kind, {"hold", "pause", "payment"});
    check_words(parse_restriction_ground, {"accuracy", "unlawful", "claims", "objection", "withdrawal"});
    check_words(parse_restricted_use, {"subject_consent", "legal_claim", "rights_of_another", "public_interest"});
}

}  // namespace
