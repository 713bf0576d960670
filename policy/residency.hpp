#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/time.hpp"

namespace policy {

/// Where data may lie: the 30 EEA states and AX GF GP MQ MF RE YT (rule 42), ISO 3166-1 alpha-2.
std::span<const std::string_view> storage_countries();
/// The day on which that list was drawn up.
Date storage_countries_as_of();

/// The site's own dated list. It can only take countries away.
struct ResidencyList {
    Date as_of{};
    std::optional<Date> valid_until;  ///< last day; past it nothing may be stored anywhere
    std::vector<std::string> countries;
};

/// True for an upper-case code of storage_countries(). Everything else, "EL", "GB" and "nl" included, is false.
bool may_store_in(std::string_view country);

/// True when both lists name the country and the site's list is in force on `today`.
bool may_store_in(std::string_view country, const ResidencyList& site, Date today);

}  // namespace policy
