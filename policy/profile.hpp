#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/period.hpp"

namespace policy {

/// What one country asks of a recording beyond the rules that hold everywhere (rules 6, 11, 12). Data, not code: a
/// site's lawyer reads and tightens it. The notice is given before recording under every profile, so it has no column.
struct Profile {
    std::string id;  ///< "EU", or the ISO 3166-1 alpha-2 country code
    /// Whether quality and training may stand on legitimate interest. DE: no, without a signed legal override.
    bool legitimate_interest_for_quality = true;
    /// Longest retention of a recording that serves quality or training.
    Period longest_for_quality = kLongestOrdinary;
    /// Longest retention of any recording without a statutory class.
    Period longest = kLongestOrdinary;

    friend bool operator==(const Profile&, const Profile&) = default;
};

/// The shipped profiles: EU, NL, DE, FR, BE.
std::span<const Profile> shipped_profiles();

/// The shipped profile of a country; EU for every country that has none of its own.
const Profile& shipped_profile(std::string_view country);

/// The shipped profile of `country`, tightened by the site's own row for it and the site's row for EU. A site row can
/// only tighten: what would loosen has no effect here, and check_deployment() refuses it at start.
Profile profile_of(std::string_view country, std::span<const Profile> site_rows);

/// The strictest of both in every column. The id names both: "BE+DE"; EU goes unnamed beside a country.
Profile strictest(const Profile& a, const Profile& b);

/// True when some column of `row` is looser than in `base`.
bool loosens(const Profile& row, const Profile& base);

}  // namespace policy
