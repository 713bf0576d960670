#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace policy {

/// A length of retention in calendar months; never days, because three months are 89 to 92 of them.
struct Period {
    int months = 0;

    friend constexpr auto operator<=>(const Period&, const Period&) = default;
};

inline constexpr Period kDefaultRetention{3};  ///< Rule 11.
inline constexpr Period kLongestOrdinary{6};   ///< Rule 11: without a statutory class never longer.

/// ISO 8601 of years and months: "P3M", "P5Y", "P1Y6M". One month up to 30 years, nothing else.
std::optional<Period> parse_period(std::string_view text);

/// "P3M", "P5Y", "P1Y6M".
std::string text(Period period);

/// "3 months", "1 month", "5 years": for sentences.
std::string words(Period period);

}  // namespace policy
