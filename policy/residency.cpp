#include "policy/residency.hpp"

#include <algorithm>
#include <array>
#include <chrono>

namespace policy {

namespace {

using namespace std::string_view_literals;

constexpr std::array kStorageCountries{
    "AT"sv, "BE"sv, "BG"sv, "HR"sv, "CY"sv, "CZ"sv, "DK"sv, "EE"sv, "FI"sv, "FR"sv, "DE"sv, "GR"sv, "HU"sv,
    "IE"sv, "IT"sv, "LV"sv, "LT"sv, "LU"sv, "MT"sv, "NL"sv, "PL"sv, "PT"sv, "RO"sv, "SK"sv, "SI"sv, "ES"sv,
    "SE"sv, "IS"sv, "LI"sv, "NO"sv, "AX"sv, "GF"sv, "GP"sv, "MQ"sv, "MF"sv, "RE"sv, "YT"sv,
};
static_assert(kStorageCountries.size() == 30 + 7);

}  // namespace

std::span<const std::string_view> storage_countries() {
    return kStorageCountries;
}

Date storage_countries_as_of() {
    return Date{std::chrono::year{2026}, std::chrono::November, std::chrono::day{1}};
}

bool may_store_in(std::string_view country) {
    return std::ranges::find(kStorageCountries, country) != kStorageCountries.end();
}

bool may_store_in(std::string_view country, const ResidencyList& site, Date today) {
    if (!site.as_of.ok() || site.as_of > today) return false;
    if (site.valid_until && *site.valid_until < today) return false;
    return may_store_in(country) && std::ranges::find(site.countries, country) != site.countries.end();
}

}  // namespace policy
